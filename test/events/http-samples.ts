import { expect } from '@jest/globals';
import { type ValidSample, askedFor, policies, tagOf, waiting } from './sample-run.js';

/** While the function looks, its clock goes on. */
const aMoment = expect.stringMatching(/^2026-03-02T10:00:0\d/);
const portal = 'arn:aws:sts::123456789012:assumed-role/PortalRole/portal';

/** What the samples of HTTP requests do. */
export const validHttp: Readonly<Record<string, ValidSample>> = {
  'onboard/new-user': {
    writes: ['CreateUser', 'AttachUserPolicy'],
    look: ({ status, account }) => [
      status,
      policies(account, 'dora@example.com'),
      waiting(account, 'rotate').length,
    ],
    is: [202, ['AssumeDataEngineerRolePolicy'], 1],
  },
  'onboard/new-user-without-roles': {
    writes: ['CreateUser'],
    look: ({ status, account }) => [status, policies(account, 'dora@example.com')],
    is: [202, []],
  },
  // A name may have a comma, a tag may not.
  'onboard/new-user-with-comma': {
    writes: ['CreateUser'],
    look: ({ status, body, account }) => [
      status,
      body.name,
      account.truth.user('vendor,sync')?.tags.find(({ Key }) => Key === 'Name')?.Value,
    ],
    is: [202, 'vendor,sync', 'vendor sync'],
  },
  'onboard/new-user-in-base64': {
    writes: ['CreateUser', 'AttachUserPolicy'],
    look: ({ status, body }) => [status, body.name, body.status],
    is: [202, 'dora@example.com', 'pending'],
  },
  'onboard/new-user-with-wait': {
    writes: ['CreateUser', 'AttachUserPolicy'],
    look: ({ status, account }) => [
      status,
      account.calls.filter((call) => call.operation === 'DescribeSecret').length,
    ],
    is: [202, 5],
  },
  'onboard/new-user-of-its-caller': {
    writes: ['CreateUser', 'AttachUserPolicy'],
    look: ({ status, account }) => [status, tagOf(account, 'dora@example.com', 'owner')],
    is: [202, 'arn:aws:sts::123456789012:assumed-role/PortalRole/portal'],
  },
  'onboard/existing-user-again': {
    writes: ['CreateUser: EntityAlreadyExistsException'],
    look: ({ status, body }) => [status, body.name],
    is: [201, 'ci-deploy'],
  },
  'onboard/change-user': {
    writes: ['AttachUserPolicy', 'DetachUserPolicy', 'TagUser'],
    look: ({ status, body, account }) => [
      status,
      body.roles,
      body.tags,
      body.description,
      body.dryRun,
      policies(account, 'bob@example.com'),
    ],
    is: [
      200,
      ['data_engineer'],
      { team: 'data-platform' },
      'Analyst nightly exports',
      false,
      ['AssumeDataEngineerRolePolicy'],
    ],
  },
  'onboard/change-user-whatever-it-is': {
    writes: ['AttachUserPolicy', 'TagUser'],
    look: ({ status, body }) => [status, body.roles, body.description],
    is: [200, ['admin', 'data_engineer'], ''],
  },
  'onboard/change-user-to-nothing': {
    writes: ['DetachUserPolicy', 'TagUser'],
    look: ({ status, body, account }) => [
      status,
      body.roles,
      body.owner,
      policies(account, 'bob@example.com'),
    ],
    is: [200, [], 'bob@example.com', []],
  },
  'onboard/change-user-again': {
    writes: [],
    look: ({ status, body }) => [status, body.steps, body.why],
    is: [200, [], 'the user is as asked for'],
  },
  'onboard/change-user-dry-run': {
    writes: [],
    look: ({ status, body }) => [status, body.roles, body.dryRun, body.steps],
    is: [
      200,
      ['admin'],
      true,
      [
        { step: 'AttachPolicy', says: 'attach policy/AssumeDataEngineerRolePolicy' },
        { step: 'DetachPolicy', says: 'detach policy/AssumeAdminRolePolicy' },
        {
          step: 'TagUser',
          says: 'tag team=data-platform, Description=Analyst nightly exports, Roles=data_engineer',
        },
      ],
    ],
  },
  'users/plans': {
    writes: [],
    look: ({ status, body }) => [
      status,
      body.plans.map(({ name, phase, steps }: { name: string; phase: { phase: string }; steps: [] }) => [
        name,
        phase.phase,
        steps.length,
      ]),
      body.next,
    ],
    is: [
      200,
      [
        ['anna@example.com', 'Quarantined', 0],
        ['bob@example.com', 'Settled', 0],
        ['carl@example.com', 'Purging', 4],
        ['ci-deploy', 'Settled', 0],
      ],
      null,
    ],
  },
  'users/plans-to-purge': {
    writes: [],
    look: ({ status, body }) => [status, body.plans],
    is: [
      200,
      [
        {
          name: 'carl@example.com',
          userId: expect.stringMatching(/^AIDA/),
          origin: 'api',
          phase: { phase: 'Purging' },
          steps: [
            { step: 'DeleteKey', says: expect.stringMatching(/^delete AKIA/) },
            { step: 'DetachPolicy', says: 'detach policy/AWSDenyAll' },
            { step: 'DeleteSecret', says: expect.stringMatching(/^delete the secret /) },
            { step: 'DeleteUser', says: 'delete the user' },
          ],
          why: 'the quarantine is over',
        },
      ],
    ],
  },
  'users/rotate-with-wait': {
    writes: [],
    look: ({ status, body, account }) => [
      status,
      body.status,
      account.calls.filter((call) => call.operation === 'ListAccessKeys').length,
    ],
    is: [202, 'rotating', 3],
  },
  'users/list': {
    writes: [],
    look: ({ status, body }) => [status, body.users.map((user: { name: string }) => user.name)],
    is: [200, ['anna@example.com', 'bob@example.com', 'carl@example.com', 'ci-deploy']],
  },
  'users/show': { writes: [], look: ({ status, body }) => [status, body.phase.phase], is: [200, 'Settled'] },
  'users/show-email-address': {
    writes: [],
    look: ({ status, body }) => [status, body.name],
    is: [200, 'bob@example.com'],
  },
  'users/show-in-another-case': {
    writes: [],
    look: ({ status, body }) => [status, body.name],
    is: [200, 'ci-deploy'],
  },
  'users/show-offboarded': { writes: [], look: ({ body }) => body.phase.phase, is: 'Offboarded' },
  'users/delete': {
    writes: [],
    look: ({ status, account }) => [status, askedFor(account)],
    is: [202, ['bob@example.com', true, undefined]],
  },
  'users/delete-at-once': {
    writes: [],
    look: ({ status, account }) => [status, askedFor(account)],
    is: [202, ['bob@example.com', true, 'PT0S']],
  },
  'users/rotate': {
    writes: [],
    look: ({ status, account }) => [status, waiting(account, 'rotate')],
    is: [
      202,
      [
        {
          userName: 'ci-deploy',
          userId: expect.stringMatching(/^AIDA/),
          sentAt: aMoment,
          why: `asked for by ${portal}`,
          request: { kind: 'rotate', at: aMoment },
        },
      ],
    ],
  },
  'users/rotate-emergency': {
    writes: [],
    look: ({ status, account }) => [status, waiting(account, 'rotate')],
    is: [
      202,
      [
        expect.objectContaining({
          userName: 'bob@example.com',
          request: { kind: 'emergency', at: aMoment },
        }),
      ],
    ],
  },
  'users/rotate-with-idempotency-key': {
    writes: [],
    look: ({ status, account }) => [
      status,
      waiting(account, 'rotate').length,
      JSON.parse([...account.truth.table('iam-lifecycle-answers')!.items.values()][0]!.answer!.S!).statusCode,
    ],
    is: [202, 1, 202],
  },
  'users/restore': {
    writes: [],
    look: ({ status, body, account }) => [status, body.status, waiting(account, 'offboard')],
    is: [
      202,
      'restoring',
      [
        expect.objectContaining({
          'detail-type': 'User Restore Requested',
          time: aMoment,
          detail: expect.objectContaining({ userName: 'anna@example.com' }),
        }),
      ],
    ],
  },
  // The keys are of the day before, an hour and some seconds more than a day old; those of leavers are Inactive.
  'users/list-old-keys': {
    writes: [],
    look: ({ status, body }) => [status, body.users.map((user: { name: string }) => user.name)],
    is: [200, ['bob@example.com', 'ci-deploy']],
  },
  'users/list-offboarded': {
    writes: [],
    look: ({ status, body }) => [status, body.users.map((user: { name: string }) => user.name)],
    is: [200, ['anna@example.com', 'carl@example.com']],
  },
  'users/health': { writes: [], look: ({ status, body }) => [status, body], is: [200, { status: 'ok' }] },
  'users/openapi': {
    writes: [],
    look: ({ status, body }) => [status, body.openapi, body.servers],
    is: [200, '3.1.0', [{ url: 'https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com' }]],
  },
};
