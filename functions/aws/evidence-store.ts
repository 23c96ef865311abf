import { GetObjectCommand, PutObjectCommand, type S3Client, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { evidencePrefixOf } from '../core/evidence-keys.js';
import type { UserName } from '../core/names.js';
import { isNoSuchBucket, isPreconditionFailed } from './errors.js';
import { collect } from './reading.js';

/** The evidence bucket, and whoever may use it. */
export interface EvidenceStore {
  readonly s3: S3Client;
  readonly bucket: string;
}

/**
 * Writes an object that nobody has written yet; S3 itself refuses any other, so that what was kept first stays, whoever
 * comes late or twice. Answers whether it was this call that wrote it.
 */
export async function putOnce({ s3, bucket }: EvidenceStore, key: string, text: string): Promise<boolean> {
  const command = new PutObjectCommand({
    Bucket: bucket,
    Key: key,
    Body: text,
    ContentType: 'application/json',
    IfNoneMatch: '*',
  });
  try {
    await s3.send(command);
    return true;
  } catch (error) {
    if (isPreconditionFailed(error)) return false;
    throw error;
  }
}

export async function readEvidence({ s3, bucket }: EvidenceStore, key: string): Promise<string> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return Body!.transformToString();
}

/** The keys of all that is kept of those who had this name. */
export async function listEvidence({ s3, bucket }: EvidenceStore, userName: UserName): Promise<string[]> {
  const pages = paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: evidencePrefixOf(userName) });
  return collect(pages, (page) => page.Contents?.map(({ Key }) => Key!));
}

/** False where no bucket has that name, and so no functions are deployed. */
export async function hasEvidence(store: EvidenceStore, userName: UserName): Promise<boolean> {
  try {
    await listEvidence(store, userName);
    return true;
  } catch (error) {
    if (isNoSuchBucket(error)) return false;
    throw error;
  }
}
