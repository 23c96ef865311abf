import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';

/** Where the roster is kept. */
export interface RosterPlace {
  readonly bucket: string;
  readonly key: string;
}

/** 5,000 users take less than a fifth of it. */
const mostBytes = 5_000_000;

/** The roster's text as it is now. Throws where there is none, or more than any roster would be. */
export async function readRosterObject(client: S3Client, { bucket, key }: RosterPlace): Promise<string> {
  const { Body, ContentLength = 0 } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  if (ContentLength > mostBytes)
    throw new Error(`s3://${bucket}/${key} has ${ContentLength} bytes: at most ${mostBytes} are read`);
  return Body!.transformToString();
}
