import { type ValidSample, containment, policies, statuses, tagOf, waiting } from './sample-run.js';

/** What the samples of leaked keys do. */
export const validLeaks: Readonly<Record<string, ValidSample>> = {
  'respond/health-several-keys': {
    writes: [...containment, ...containment],
    look: ({ failures, account, lines }) => [
      failures,
      statuses(account, 'ci-deploy'),
      statuses(account, 'bob@example.com'),
      statuses(account, 'breakglass'),
      [waiting(account, 'rotate').length, waiting(account, 'respond').length],
      ['AKIANOBODYHASTHISKEY', 'AKIABREAKGLASSAAAAAA'].every((id) =>
        lines.includes(`${id}: AWS Health says`),
      ),
    ],
    is: [0, ['Inactive'], ['Inactive'], ['Active'], [2, 2], true],
  },
  'respond/health-suspected': {
    writes: containment,
    look: ({ account }) => [
      policies(account, 'ci-deploy')?.includes('AWSDenyAll'),
      tagOf(account, 'ci-deploy', 'leaked/akiacideployaaaaaaaa')?.slice(0, 16),
      tagOf(account, 'ci-deploy', 'leak-denied'),
    ],
    is: [true, '2026-03-02T10:00', 'true'],
  },
  'respond/health-temporary-key': {
    writes: [],
    look: ({ failures, lines }) => [failures, lines.includes('ASIAQYE2D5PO47FCCI5H')],
    is: [0, true],
  },
  'respond/guardduty-compromised': {
    writes: containment,
    look: ({ account }) => statuses(account, 'ci-deploy'),
    is: ['Inactive'],
  },
  'respond/leaver': {
    writes: ['TagUser'],
    look: ({ account }) => [statuses(account, 'anna@example.com'), waiting(account, 'rotate').length],
    is: [['Inactive'], 0],
  },
  'respond/key-leaked': {
    writes: containment,
    look: ({ account }) => statuses(account, 'bob@example.com'),
    is: ['Inactive'],
  },
  'respond/key-suspected': {
    writes: containment,
    look: ({ account }) => [
      statuses(account, 'ci-deploy'),
      tagOf(account, 'ci-deploy', 'keys-suspected-at')?.slice(0, 16),
    ],
    is: [['Inactive'], '2026-03-02T10:00'],
  },
  'respond/look-without-a-leak': {
    writes: [],
    look: ({ lines }) => lines,
    is: 'outcome ci-deploy Closed after 0',
  },
  'respond/namesake': { writes: [], look: ({ account }) => statuses(account, 'ci-deploy'), is: ['Active'] },
};

/** Why the others are refused, in the words of the caller. */
export function invalidLeaks(
  goesBack: (why: string) => object,
  fails: (why: string) => object,
): Record<string, object> {
  return {
    'respond/malformed-json': goesBack('InvalidEvent: the event: '),
    'respond/no-entity': goesBack('InvalidEvent: detail.affectedEntities: '),
    'respond/other-health-event': goesBack('InvalidEvent: detail.eventTypeCode: '),
    'respond/guardduty-anomaly': goesBack('InvalidEvent: detail.type: '),
    'respond/guardduty-low': goesBack('InvalidEvent: detail.severity: '),
    'respond/guardduty-role': goesBack('InvalidEvent: detail.resource.accessKeyDetails.userType: '),
    'respond/bad-key-id': goesBack('InvalidEvent: detail.keyIds.0: it must be 17 to 49 capital letters'),
    'respond/unknown-field': goesBack('InvalidEvent: detail: Unrecognized key: "userName"'),
    'respond/bad-time': goesBack('InvalidEvent: time: "yesterday" must be '),
    'respond/one-of-two': goesBack('InvalidEvent: detail.keyIds: '),
    'respond/not-a-queue-event': fails('InvalidEvent: Records: '),
  };
}
