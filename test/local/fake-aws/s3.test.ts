import { setTimeout } from 'node:timers/promises';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { hasEvidence, listEvidence, putOnce, readEvidence } from '../../../functions/aws/evidence-store.js';
import { systemClock } from '../../../functions/aws/clock.js';
import { parseUserName } from '../../../functions/core/names.js';
import { FakeAws, Invocation } from '../../../local/fake-aws/fake-aws.js';
import { type WireServer, serve } from '../../../local/fake-aws/wire.js';

const Bucket = 'evidence';
const name = parseUserName('doe,jane+a=b@example.com');
const key = (file: string) => `users/doe,jane+a=b@example.com/AIDA1/2026-03-01T00:00:00.000Z/${file}`;

let aws: FakeAws;
let server: WireServer;

beforeEach(async () => {
  aws = new FakeAws({ clock: { now: systemClock.now, sleep: (ms) => setTimeout(Math.min(ms, 1)) } });
  server = await serve(aws);
});
afterEach(() => server.close());

const ways = {
  'in the process': () => aws.clients(new Invocation('test')).s3,
  'over the wire': () =>
    new S3Client({
      endpoint: server.url,
      forcePathStyle: true,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'AKIAEXAMPLE000000001', secretAccessKey: 'any' },
      maxAttempts: 1,
    }),
};

describe.each(Object.entries(ways))('S3 %s', (_, clientOf) => {
  test('writes an object once, and reads it as it was written', async () => {
    const s3 = clientOf();
    const store = { s3, bucket: Bucket };
    await s3.send(new CreateBucketCommand({ Bucket }));
    expect(await putOnce(store, key('record.json'), '{"a":"ü <&>"}')).toBe(true);
    expect(await putOnce(store, key('record.json'), '{}')).toBe(false);
    expect(await readEvidence(store, key('record.json'))).toBe('{"a":"ü <&>"}');
  });

  test('refuses a second object with the code and the status of S3', async () => {
    const s3 = clientOf();
    await s3.send(new CreateBucketCommand({ Bucket }));
    const put = new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', IfNoneMatch: '*' });
    await s3.send(put);
    await expect(s3.send(put)).rejects.toMatchObject({
      name: 'PreconditionFailed',
      $metadata: { httpStatusCode: 412 },
    });
    await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'y' }));
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: 'k' }));
    expect(await Body!.transformToString()).toBe('y');
  });

  test('lists what has a prefix, in order, page by page', async () => {
    const s3 = clientOf();
    const store = { s3, bucket: Bucket };
    await s3.send(new CreateBucketCommand({ Bucket }));
    for (const file of ['c', 'a', 'b']) await putOnce(store, key(file), file);
    await putOnce(store, 'users/doe/AIDA2/x/d', 'd');
    expect(await listEvidence(store, name)).toEqual([key('a'), key('b'), key('c')]);
    expect(await listEvidence(store, parseUserName('nobody'))).toEqual([]);
    const pages: (string | undefined)[][] = [];
    for await (const { Contents = [] } of paginateListObjectsV2({ client: s3, pageSize: 2 }, { Bucket }))
      pages.push(Contents.map(({ Key }) => Key));
    // A comma comes before a slash.
    expect(pages).toEqual([
      [key('a'), key('b')],
      [key('c'), 'users/doe/AIDA2/x/d'],
    ]);
  });

  test('refuses the marker of another listing, and a bucket that is not there', async () => {
    const s3 = clientOf();
    const list = new ListObjectsV2Command({ Bucket, ContinuationToken: 'nonsense' });
    expect(await hasEvidence({ s3, bucket: Bucket }, name)).toBe(false);
    await s3.send(new CreateBucketCommand({ Bucket }));
    expect(await hasEvidence({ s3, bucket: Bucket }, name)).toBe(true);
    await expect(s3.send(list)).rejects.toMatchObject({ name: 'InvalidArgument' });
  });
});

test('a failure that is no refusal of a second object escapes', async () => {
  const s3 = aws.clients(new Invocation('test')).s3;
  await expect(putOnce({ s3, bucket: 'nowhere' }, 'k', 'x')).rejects.toMatchObject({ name: 'NoSuchBucket' });
  await expect(hasEvidence({ s3: failing(s3), bucket: Bucket }, name)).rejects.toThrow('AccessDenied');
});

const refuse = () => Promise.reject(Object.assign(new Error('AccessDenied'), { name: 'AccessDenied' }));

function failing(s3: S3Client): S3Client {
  return Object.create(s3, { send: { value: refuse } }) as S3Client;
}

test('a snapshot of the account has its buckets', async () => {
  const { s3 } = aws.clients(new Invocation('test'));
  await s3.send(new CreateBucketCommand({ Bucket }));
  await putOnce({ s3, bucket: Bucket }, 'k', 'x');
  const snapshot = JSON.parse(JSON.stringify(aws.snapshot())) as ReturnType<FakeAws['snapshot']>;
  const again = FakeAws.restore({ clock: systemClock }, snapshot);
  expect([...again.truth.objects(Bucket)]).toEqual([['k', 'x']]);
  expect([...again.truth.objects('other')]).toEqual([]);
});
