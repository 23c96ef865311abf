import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** The parts of a SigV4 `Authorization` header. */
export interface Signature {
  readonly accessKeyId: string;
  /** The service that the request was signed for, as in its credential scope. */
  readonly service: string;
  /** date/region/service/aws4_request */
  readonly scope: string;
  readonly signedHeaders: string;
  readonly hex: string;
}

const authorizationPattern =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8}\/[^/]+\/([^/]+)\/aws4_request), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;

export function parseAuthorization(header: string | undefined): Signature | undefined {
  const match = authorizationPattern.exec(header ?? '');
  if (!match) return undefined;
  const [, accessKeyId = '', scope = '', service = '', signedHeaders = '', hex = ''] = match;
  return { accessKeyId, scope, service, signedHeaders, hex };
}

/**
 * Whether `secretAccessKey` made the signature, by AWS's "Create a signed API request". Every service here is called by a POST to
 * `/` without a query, so the path is taken as it came. The age of the request is not judged: the simulated account has its own clock.
 */
export function isSignedBy(
  secretAccessKey: string,
  signature: Signature,
  request: { method: string; path: string; headers: IncomingHttpHeaders; body: string },
): boolean {
  const headerLines = signature.signedHeaders
    .split(';')
    .map((name) => `${name}:${String(request.headers[name] ?? '').trim()}\n`)
    .join('');
  const canonicalRequest = [
    request.method,
    request.path,
    '',
    headerLines,
    signature.signedHeaders,
    sha256(request.body),
  ];
  const stringToSign = [
    'AWS4-HMAC-SHA256',
    String(request.headers['x-amz-date']),
    signature.scope,
    sha256(canonicalRequest.join('\n')),
  ];
  let signingKey: Buffer = Buffer.from(`AWS4${secretAccessKey}`);
  for (const part of signature.scope.split('/')) signingKey = hmac(signingKey, part);
  return timingSafeEqual(hmac(signingKey, stringToSign.join('\n')), Buffer.from(signature.hex, 'hex'));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
