import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { expect, test } from '@jest/globals';
import { readRosterObject } from '../../functions/aws/roster-object.js';
import { systemClock } from '../../functions/aws/clock.js';
import { FakeAws } from '../../local/fake-aws/fake-aws.js';
import { serve } from '../../local/fake-aws/wire.js';
import { awsError, mockClients } from '../support/mock-clients.js';

const place = { bucket: 'rosters', key: 'roster.yaml' };
/** The part of a body that is asked for. */
const body = (text: string) => ({ transformToString: () => Promise.resolve(text) }) as never;

test('one call reads the object as it is now', async () => {
  const { clients, s3, calls } = mockClients();
  s3.on(GetObjectCommand).resolves({ Body: body('people: {}'), ContentLength: 10 });
  expect(await readRosterObject(clients.s3, place)).toBe('people: {}');
  expect(calls()).toEqual([['GetObject', { Bucket: 'rosters', Key: 'roster.yaml' }]]);
});

test('five million bytes are read, and one more is refused before any of them is', async () => {
  const { clients, s3 } = mockClients();
  s3.on(GetObjectCommand).resolves({ Body: body('x'), ContentLength: 5_000_000 });
  expect(await readRosterObject(clients.s3, place)).toBe('x');
  s3.on(GetObjectCommand).resolves({ Body: body('x'), ContentLength: 5_000_001 });
  await expect(readRosterObject(clients.s3, place)).rejects.toThrow(
    's3://rosters/roster.yaml has 5000001 bytes: at most 5000000 are read',
  );
});

test('a bucket without one is an error, not an empty roster', async () => {
  const { clients, s3 } = mockClients();
  s3.on(GetObjectCommand).rejects(awsError('NoSuchKey'));
  await expect(readRosterObject(clients.s3, place)).rejects.toThrow('NoSuchKey');
});

test('over HTTP too, from the simulated account', async () => {
  const account = new FakeAws({ clock: systemClock, latencyMs: () => 0 });
  const server = await serve(account);
  const credentials = { accessKeyId: 'AKIALOCALFUNCTION001', secretAccessKey: 'local' };
  const client = new S3Client({ endpoint: server.url, region: 'eu-west-1', credentials });
  try {
    await client.send(new CreateBucketCommand({ Bucket: 'rosters' }));
    await expect(readRosterObject(client, place)).rejects.toMatchObject({ name: 'NoSuchKey' });
    const text = '# Grüße\npeople: {}\n';
    await client.send(new PutObjectCommand({ Bucket: 'rosters', Key: 'roster.yaml', Body: text }));
    expect(await readRosterObject(client, place)).toBe(text);
    await expect(readRosterObject(client, { ...place, bucket: 'others' })).rejects.toMatchObject({
      name: 'NoSuchBucket',
    });
  } finally {
    client.destroy();
    await server.close();
  }
});
