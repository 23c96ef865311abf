import { type Attack, attack, on, requestTags } from './attack.js';
import { ourSecret, secretTag } from './attacks-secrets.js';
import { deployed, ownKeyArn } from './context.js';

const { accountId, region } = deployed;
const parameter = (name: string) => `arn:aws:ssm:${region}:${accountId}:parameter${name}`;
const credentials = parameter('/system_user/ci-mailer/credentials');
const secretPart = parameter('/system_user/ci-mailer/secret_access_key');
/** Another tool's, whose path only begins like ours. */
const lookalike = parameter('/system_users/ci-mailer/credentials');
const foreign = parameter('/prod/database/credentials');
const ours = requestTags({ 'iam-lifecycle:managed': 'true' });

const parameters = (
  ...[title, requests, residual]: [string, Attack['requests'], Attack['residual']?]
): Attack => ({
  ...attack('Parameters', title, requests, residual),
  onlyWith: 'ssmBasePaths',
});

const through = (service: string, parameterArn: string) => ({
  'kms:ViaService': `${service}.${region}.amazonaws.com`,
  'kms:EncryptionContext:PARAMETER_ARN': parameterArn,
});

const writes = (
  [
    ['Write', 'ssm:PutParameter', {}],
    ['Tag', 'ssm:AddTagsToResource', ours],
    ['Delete', 'ssm:DeleteParameters', {}],
  ] as const
).flatMap(([what, action, context]) =>
  Object.entries({ 'another path': foreign, 'a path that begins like ours': lookalike }).map(
    ([where, resource]) => parameters(`${what} a parameter under ${where}`, [on(action, resource, context)]),
  ),
);

const reads = [
  parameters("Read a managed user's key", [on('ssm:GetParameter', credentials)], ['rotate']),
  parameters('Read a part of a key', [on('ssm:GetParameter', secretPart)]),
  parameters('Read a pair under another path', [on('ssm:GetParameter', foreign)]),
  parameters('Read a pair under a path that begins like ours', [on('ssm:GetParameter', lookalike)]),
  parameters('Read many parameters in one call', [on('ssm:GetParameters', credentials)]),
  parameters('Read a whole path', [on('ssm:GetParametersByPath', parameter('/system_user'))]),
  parameters("Read a parameter's former values", [on('ssm:GetParameterHistory', credentials)]),
  parameters('Open a parameter to another account', [on('ssm:PutResourcePolicy', credentials)]),
];

const keys = [ownKeyArn, deployed.kmsKeyArn!].flatMap((keyArn) => {
  const whose = keyArn === ownKeyArn ? "a user's own key" : "the deployment's key";
  return [
    parameters(`Decrypt another parameter with ${whose} through SSM`, [
      on('kms:Decrypt', keyArn, through('ssm', foreign)),
    ]),
    parameters(`Decrypt a parameter with ${whose} through another service`, [
      on('kms:Decrypt', keyArn, through('s3', credentials)),
    ]),
    parameters(`Decrypt a parameter with ${whose} directly`, [
      on('kms:Decrypt', keyArn, { 'kms:EncryptionContext:PARAMETER_ARN': credentials }),
    ]),
  ];
});

export const parameterAttacks: readonly Attack[] = [
  ...writes,
  ...reads,
  ...keys,
  parameters('Decrypt a parameter with another key through SSM', [
    on('kms:Decrypt', ownKeyArn.replace(/0a0b0c0d/, 'deadbeef'), through('ssm', credentials)),
  ]),
  parameters("Decrypt a secret with a user's own key through SSM", [
    on('kms:Decrypt', ownKeyArn, {
      'kms:ViaService': `ssm.${region}.amazonaws.com`,
      'kms:EncryptionContext:SecretARN': ourSecret,
    }),
  ]),
  parameters("Tag a parameter under our path as somebody else's", [
    on('ssm:AddTagsToResource', credentials, { ...secretTag, ...requestTags({ team: 'x' }) }),
  ]),
  parameters(
    "Store a key of the attacker's in a managed user's parameter",
    [on('ssm:PutParameter', credentials)],
    ['rotate'],
  ),
  parameters(
    "Delete a managed user's parameters for good",
    [on('ssm:DeleteParameters', credentials)],
    ['offboard'],
  ),
];
