import { TextBody } from './s3.js';
import type { Protocol, Received } from './wire-protocol.js';

/** S3 speaks REST: the method and the path name the operation, and an object travels as it is. */
export const s3Protocol: Protocol = {
  contentType: 'application/xml',
  unknownOperation: 'NotImplemented',
  operationOf: (received) => {
    const { Key, query } = placeOf(received);
    if (query.has('notification'))
      return received.method === 'PUT' ? 'PutBucketNotificationConfiguration' : '';
    if (received.method === 'PUT') return Key === '' ? 'CreateBucket' : 'PutObject';
    if (received.method !== 'GET') return '';
    if (Key !== '') return 'GetObject';
    return query.get('list-type') === '2' ? 'ListObjectsV2' : '';
  },
  input: (_schema, body, received) => {
    const { Bucket, Key, query } = placeOf(received);
    if (query.has('notification')) return { Bucket, NotificationConfiguration: notificationIn(body) };
    if (Key === '') return received.method === 'PUT' ? { Bucket } : { Bucket, ...listInput(query) };
    return received.method === 'PUT' ? { Bucket, Key, Body: body, ...putInput(received) } : { Bucket, Key };
  },
  result: (operation, _schema, output) => {
    if (operation === 'ListObjectsV2') return { status: 200, body: listing(output as Listing) };
    const body = (output as { Body?: unknown }).Body;
    return { status: 200, body: body instanceof TextBody ? body.text : '' };
  },
  refusal: ({ status, code, message }) => ({
    status,
    body: `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`,
  }),
};

interface Place {
  readonly Bucket: string;
  /** '' where the bucket itself is meant. */
  readonly Key: string;
  readonly query: URLSearchParams;
}

/** Of /bucket/and/a/key?x-id=GetObject. */
function placeOf({ path }: Received): Place {
  const { pathname, searchParams } = new URL(path, 'http://localhost');
  const [Bucket = '', ...parts] = pathname.slice(1).split('/');
  return { Bucket, Key: parts.map(decodeURIComponent).join('/'), query: searchParams };
}

/** The kinds of notification that the XML names, each without what it holds. */
function notificationIn(xml: string): object {
  const kinds = [...xml.matchAll(/<(\w+Configuration)\b/g)].map(([, kind]) => kind!);
  return Object.fromEntries(
    kinds.filter((kind) => kind !== 'NotificationConfiguration').map((kind) => [kind, {}]),
  );
}

function listInput(query: URLSearchParams): object {
  const [prefix, most, token] = ['prefix', 'max-keys', 'continuation-token'].map((name) => query.get(name));
  return {
    ...(prefix === null ? {} : { Prefix: prefix }),
    ...(most === null ? {} : { MaxKeys: Number(most) }),
    ...(token === null ? {} : { ContinuationToken: token }),
  };
}

function putInput({ headers }: Received): object {
  const IfNoneMatch = headers['if-none-match'];
  return IfNoneMatch === undefined ? {} : { IfNoneMatch };
}

interface Listing {
  readonly KeyCount: number;
  readonly IsTruncated: boolean;
  readonly Contents?: readonly { readonly Key: string }[];
  readonly NextContinuationToken?: string;
}

function listing({ KeyCount, IsTruncated, Contents = [], NextContinuationToken }: Listing): string {
  const keys = Contents.map(({ Key }) => `<Contents><Key>${escaped(Key)}</Key></Contents>`);
  const next =
    NextContinuationToken === undefined
      ? ''
      : `<NextContinuationToken>${escaped(NextContinuationToken)}</NextContinuationToken>`;
  return `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult><KeyCount>${KeyCount}</KeyCount><IsTruncated>${IsTruncated}</IsTruncated>${next}${keys.join('')}</ListBucketResult>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
