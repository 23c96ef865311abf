import { attack, on } from './attack.js';
import { deployed } from './context.js';

const { evidenceBucketArn } = deployed;
const record = `${evidenceBucketArn}/users/ci-deploy/AIDA1/2026-03-01T00:00:00.000Z/record.json`;
const once = { 's3:if-none-match': '*' };
const anotherBucket = 'arn:aws:s3:::payroll';
const key = deployed.kmsKeyArn!;
const through = (service: string, arn: string) => ({
  'kms:ViaService': `${service}.${deployed.region}.amazonaws.com`,
  'kms:EncryptionContext:aws:s3:arn': arn,
});

const here = (region: string) => ({ 'aws:RequestedRegion': region });

const evidence = (
  title: string,
  requests: Parameters<typeof attack>[2],
  residual?: Parameters<typeof attack>[3],
) => attack('Evidence', title, requests, residual);

export const evidenceAttacks = [
  evidence('Write evidence over', [on('s3:PutObject', record)]),
  evidence('File invented evidence where none is yet', [on('s3:PutObject', record, once)], ['offboard']),
  evidence('Write once beside the departures', [on('s3:PutObject', `${evidenceBucketArn}/x`, once)]),
  evidence('Write once into another bucket', [on('s3:PutObject', `${anotherBucket}/users/x`, once)]),
  evidence('Delete evidence', [on('s3:DeleteObject', record)]),
  evidence('Delete a version of evidence', [on('s3:DeleteObjectVersion', record)]),
  evidence('Lift the lock of evidence', [on('s3:BypassGovernanceRetention', record)]),
  evidence('Shorten the lock of evidence', [on('s3:PutObjectRetention', record)]),
  evidence('Read what is filed of anybody who left', [on('s3:GetObject', record)], ['offboard']),
  evidence('Read beside the departures', [on('s3:GetObject', `${evidenceBucketArn}/x`)]),
  evidence('Read another bucket', [on('s3:GetObject', `${anotherBucket}/users/x`)]),
  evidence('List the whole bucket', [on('s3:ListBucket', evidenceBucketArn, { 's3:prefix': '' })]),
  evidence('List another bucket', [on('s3:ListBucket', anotherBucket, { 's3:prefix': 'users/' })]),
  evidence(
    'Read who called what in this account',
    [on('cloudtrail:LookupEvents', '*', here('us-east-1'))],
    ['offboard', 'respond'],
  ),
  evidence(
    'Read who called what in another region',
    [on('cloudtrail:LookupEvents', '*', here('eu-central-1'))],
    ['respond'],
  ),
  evidence('Change the rules of the bucket', [on('s3:PutBucketPolicy', evidenceBucketArn)]),
  evidence('Stop the keeping of versions', [on('s3:PutBucketVersioning', evidenceBucketArn)]),
  evidence('Decrypt evidence without S3', [
    on('kms:Decrypt', key, { 'kms:EncryptionContext:aws:s3:arn': evidenceBucketArn }),
  ]),
  evidence('Decrypt another bucket through S3', [on('kms:Decrypt', key, through('s3', anotherBucket))]),
  evidence('Decrypt through another service, in the name of the bucket', [
    on('kms:Decrypt', key, through('ec2', evidenceBucketArn)),
  ]),
  evidence('Decrypt with another key through S3', [
    on('kms:Decrypt', key.replace('1234abcd', '4321dcba'), through('s3', evidenceBucketArn)),
  ]),
];
