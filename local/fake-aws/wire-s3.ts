import { TextBody } from './s3.js';
import type { Protocol, Received } from './wire-protocol.js';

/** S3 speaks REST: the method and the path name the operation, and an object travels as it is. */
export const s3Protocol: Protocol = {
  contentType: 'application/xml',
  unknownOperation: 'NotImplemented',
  operationOf: (received) => {
    const { Key, isNotification } = placeOf(received);
    if (isNotification) return received.method === 'PUT' ? 'PutBucketNotificationConfiguration' : '';
    if (received.method === 'PUT') return Key === '' ? 'CreateBucket' : 'PutObject';
    return received.method === 'GET' && Key !== '' ? 'GetObject' : '';
  },
  input: (_schema, body, received) => {
    const { Bucket, Key, isNotification } = placeOf(received);
    if (isNotification) return { Bucket, NotificationConfiguration: notificationIn(body) };
    if (Key === '') return { Bucket };
    return received.method === 'PUT' ? { Bucket, Key, Body: body } : { Bucket, Key };
  },
  result: (_operation, _schema, output) => {
    const body = (output as { Body?: unknown }).Body;
    return { status: 200, body: body instanceof TextBody ? body.text : '' };
  },
  refusal: ({ status, code, message }) => ({
    status,
    body: `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`,
  }),
};

/** Of /bucket/and/a/key?x-id=GetObject; the key is '' where the bucket itself is meant. */
function placeOf({ path }: Received): { Bucket: string; Key: string; isNotification: boolean } {
  const { pathname, searchParams } = new URL(path, 'http://localhost');
  const [Bucket = '', ...parts] = pathname.slice(1).split('/');
  const isNotification = searchParams.has('notification');
  return { Bucket, Key: parts.map(decodeURIComponent).join('/'), isNotification };
}

/** The kinds of notification that the XML names, each without what it holds. */
function notificationIn(xml: string): object {
  const kinds = [...xml.matchAll(/<(\w+Configuration)\b/g)].map(([, kind]) => kind!);
  return Object.fromEntries(
    kinds.filter((kind) => kind !== 'NotificationConfiguration').map((kind) => [kind, {}]),
  );
}
