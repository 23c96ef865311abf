import type * as iam from '@aws-sdk/client-iam';
import { awsError } from './errors.js';
import { wholeMinutes } from './iam-keys.js';
import { wholeSeconds, type FakeUser, type IamState } from './iam-state.js';
import { reads } from './operation.js';
import type { Operations } from './types.js';

const FOUR_HOURS_MS = 4 * 3_600_000;

interface Report {
  readonly startedAt: number;
  readonly completeAt: number;
  /** The account as it was when the work began. */
  readonly content: string;
}

/** At most one report every four hours, made while callers wait, about the account as it was when asked. */
export function credentialReportOperations(state: IamState): Operations {
  let report: Report | undefined;
  return {
    GenerateCredentialReport: reads<
      iam.GenerateCredentialReportCommandInput,
      iam.GenerateCredentialReportCommandOutput
    >([], (_input, { now }) => {
      if (report !== undefined && now < report.completeAt) return { State: 'INPROGRESS' };
      if (report !== undefined && now - report.startedAt < FOUR_HOURS_MS) return { State: 'COMPLETE' };
      const workMs = 2000 + state.world.random.below(8000);
      report = { startedAt: now, completeAt: now + workMs, content: writeReport(state) };
      return { State: 'STARTED', Description: 'No report exists. Starting a new report generation task' };
    }),
    GetCredentialReport: reads<iam.GetCredentialReportCommandInput, iam.GetCredentialReportCommandOutput>(
      [],
      (_input, { now }) => {
        if (report === undefined) throw reportError('NotPresent', 410, 'No report is present.');
        if (now < report.completeAt) throw reportError('NotReady', 404, 'The report is being generated.');
        if (now - report.startedAt >= FOUR_HOURS_MS)
          throw reportError('Expired', 410, 'The report has expired.');
        return {
          Content: new TextEncoder().encode(report.content),
          ReportFormat: 'text/csv',
          GeneratedTime: wholeSeconds(report.startedAt),
        };
      },
    ),
  };
}

function reportError(what: 'NotPresent' | 'NotReady' | 'Expired', status: number, message: string): Error {
  return awsError('iam', `CredentialReport${what}Exception`, status, message);
}

const COLUMNS =
  'user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,' +
  'access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,' +
  'access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,' +
  'cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated';

const NO_KEY = ['false', 'N/A', 'N/A', 'N/A', 'N/A'];
const NO_CERTIFICATE = ['false', 'N/A'];

function writeReport(state: IamState): string {
  const users = state.users.values().map((user) => userRow(state, user));
  // A name with a comma is not quoted: columns count from the right.
  return [COLUMNS, rootRow(state), ...users].join('\n');
}

function rootRow(state: IamState): string {
  const { accountId } = state.world;
  const password = ['not_supported', 'no_information', 'not_supported', 'not_supported'];
  const cells = [
    '<root_account>',
    `arn:aws:iam::${accountId}:root`,
    '2020-01-01T00:00:00+00:00',
    ...password,
    'true',
  ];
  return [...cells, ...NO_KEY, ...NO_KEY, ...NO_CERTIFICATE, ...NO_CERTIFICATE].join(',');
}

function userRow(state: IamState, user: FakeUser): string {
  const hasMfa = user.otherCredentials.some((credential) => credential.kind === 'mfa');
  const certificates = user.otherCredentials.filter(
    (credential) => credential.kind === 'signing-certificate',
  );
  const certificateCells = (index: number) => {
    const certificate = certificates[index];
    if (certificate === undefined) return NO_CERTIFICATE;
    return [String(certificate.status === 'Active'), isoWithOffset(wholeSeconds(certificate.createdAt))];
  };
  return [
    user.name,
    user.arn,
    isoWithOffset(wholeSeconds(user.createdAt)),
    ...passwordCells(user),
    String(hasMfa),
    ...keyCells(state, user, 1),
    ...keyCells(state, user, 2),
    ...certificateCells(0),
    ...certificateCells(1),
  ].join(',');
}

function passwordCells(user: FakeUser): string[] {
  if (user.loginProfile === undefined) return ['false', 'N/A', 'N/A', 'N/A'];
  return ['true', 'no_information', isoWithOffset(wholeSeconds(user.loginProfile.createdAt)), 'N/A'];
}

/** A slot says nothing about age, and of an inactive key not when it was made. */
function keyCells(state: IamState, user: FakeUser, slot: number): string[] {
  const key = user.keys.find((candidate) => candidate.slot === slot);
  if (key === undefined) return NO_KEY;
  const use = state.lastUses.get(key.id);
  const isActive = key.status === 'Active';
  return [
    String(isActive),
    isActive ? isoWithOffset(wholeSeconds(key.changedAt)) : 'N/A',
    ...(use === undefined
      ? ['N/A', 'N/A', 'N/A']
      : [isoWithOffset(wholeMinutes(use.at)), use.region, use.service]),
  ];
}

function isoWithOffset(date: Date): string {
  return date.toISOString().replace('.000Z', '+00:00');
}
