import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CreateAccessKeyCommand, CreateUserCommand } from '@aws-sdk/client-iam';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../../functions/aws/clock.js';
import { readTemplate } from '../../../local/dev/template.js';
import { FakeAws, Invocation } from '../../../local/fake-aws/fake-aws.js';
import { type WireServer, serve } from '../../../local/fake-aws/wire.js';
import { Dev } from './dev-process.js';

const patientMs = 30_000;

const code = `export async function answer(event) {
    if (event.rawPath === '/crash') process.exit(3);
    if (event.rawPath === '/throw') throw new TypeError('broken');
    if (event.source) console.log('heard ' + event['detail-type'] + ' ' + event.detail.object.key);
    if (event.rawPath === '/sleep') await new Promise((resolve) => setTimeout(resolve, 60_000));
    return { event, queue: process.env.QUEUE };
  }`;

const toy = (more: object = {}) => ({
  Resources: {
    Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'toys' } },
    Toy: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        FunctionName: 'toy',
        Handler: 'index.answer',
        Runtime: 'nodejs24.x',
        Timeout: 3,
        Environment: { Variables: { QUEUE: { Ref: 'Queue' } } },
      },
      Metadata: { 'aws:asset:path': 'asset.toy' },
    },
    Integration: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: {
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: { 'Fn::GetAtt': ['Toy', 'Arn'] },
        PayloadFormatVersion: '2.0',
      },
    },
    Route: {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: { RouteKey: '$default', Target: { 'Fn::Sub': 'integrations/${Integration}' } },
    },
    ...more,
  },
});

describe('a small template', () => {
  let folder: string;
  let server: WireServer;
  const account = new FakeAws({ clock: systemClock, latencyMs: () => 0 });
  const write = async (name: string, template: object) => {
    const file = path.join(folder, `${name}.template.json`);
    await writeFile(file, JSON.stringify(template));
    return file;
  };

  /** Leads to the account, with a key of a user that is made for it. */
  const environmentOf = async (UserName: string) => {
    const { iam } = account.clients(new Invocation(UserName));
    await iam.send(new CreateUserCommand({ UserName }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
    return {
      AWS_ENDPOINT_URL: server.url,
      AWS_ACCESS_KEY_ID: AccessKey!.AccessKeyId!,
      AWS_SECRET_ACCESS_KEY: AccessKey!.SecretAccessKey!,
    };
  };

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'dev-'));
    await mkdir(path.join(folder, 'asset.toy'));
    await writeFile(path.join(folder, 'asset.toy/index.mjs'), code);
    server = await serve(account, { secretOf: (keyId) => account.secretOf(keyId) });
  });
  afterAll(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  test(
    'runs at AWS_ENDPOINT_URL, on what is there from an earlier run; a function sees the request as API Gateway tells it',
    async () => {
      const env = await environmentOf('operator');
      const file = await write('toy', toy());
      const earlier = await Dev.start(['--template', file], env);
      expect(await earlier.end()).toEqual({ code: 0, started: 0, left: [] });
      const dev = await Dev.start(['--template', file], env);
      expect(account.truth.queue('toys')).toBeDefined();
      const headers = { 'x-many': 'one', cookie: 'a=1; b=2', 'content-type': 'application/octet-stream' };
      const { status, body } = await dev.call('PUT', '/toys?tag=one&tag=two', { is: 'bytes' }, headers);
      expect({ status, queue: body['queue'] }).toEqual({
        status: 200,
        queue: `${server.url}/123456789012/toys`,
      });
      expect(body['event']).toMatchObject({
        version: '2.0',
        routeKey: '$default',
        rawPath: '/toys',
        rawQueryString: 'tag=one&tag=two',
        queryStringParameters: { tag: 'one,two' },
        cookies: ['a=1', 'b=2'],
        headers: { 'x-many': 'one' },
        requestContext: { http: { method: 'PUT', path: '/toys' }, stage: '$default' },
        // {"is":"bytes"}
        body: 'eyJpcyI6ImJ5dGVzIn0=',
        isBase64Encoded: true,
      });
      for (const [place, said] of [
        ['/throw', 'toy: TypeError: broken'],
        ['/crash', 'toy: Runtime.ExitError: the process ended with 3 and no answer'],
        ['/sleep', 'toy: Sandbox.Timedout: Task timed out after 3 seconds'],
      ] as const) {
        expect(await dev.call('GET', place)).toEqual({
          status: 500,
          body: { message: 'Internal Server Error' },
        });
        expect(dev.log()).toContain(said);
      }
      expect((await dev.call('GET', '/again')).status).toBe(200);
      expect(await dev.end()).toEqual({ code: 0, started: 1, left: [] });
    },
    patientMs,
  );

  test(
    'lays a roster into the bucket that it makes, and leaves one that is there alone',
    async () => {
      const { s3 } = account.clients(new Invocation('reader'));
      const env = await environmentOf('layer');
      const file = await write(
        'bucket',
        toy({
          Rosters: {
            Type: 'AWS::S3::Bucket',
            Properties: { BucketName: { 'Fn::Sub': 'rosters-${AWS::Region}' } },
          },
          Changed: {
            Type: 'AWS::Events::Rule',
            Properties: {
              Name: 'changed',
              EventPattern: { source: ['aws.s3'] },
              Targets: [{ Id: 'toy', Arn: { 'Fn::GetAtt': ['Toy', 'Arn'] } }],
            },
          },
        }),
      );
      for (const text of ['first', 'second']) {
        const roster = path.join(folder, `${text}.yaml`);
        await writeFile(roster, text);
        const args = ['--template', file, '--roster', roster];
        expect((await (await Dev.start(args, env)).end()).code).toBe(0);
        const { Body } = await s3.send(
          new GetObjectCommand({ Bucket: 'rosters-eu-west-1', Key: 'roster.yaml' }),
        );
        expect(await Body!.transformToString()).toBe('first');
      }
    },
    patientMs,
  );

  test(
    'a function hears by its rule of the object that is laid into its bucket, and of no other',
    async () => {
      const { s3 } = account.clients(new Invocation('reader'));
      const EventBridgeConfiguration = { EventBridgeEnabled: true };
      const file = await write(
        'told',
        toy({
          Told: {
            Type: 'AWS::S3::Bucket',
            Properties: { BucketName: 'told', NotificationConfiguration: { EventBridgeConfiguration } },
          },
          Changed: {
            Type: 'AWS::Events::Rule',
            Properties: {
              Name: 'told',
              EventPattern: { source: ['aws.s3'], detail: { object: { key: ['roster.yaml'] } } },
              Targets: [{ Id: 'toy', Arn: { 'Fn::GetAtt': ['Toy', 'Arn'] } }],
            },
          },
        }),
      );
      const roster = path.join(folder, 'told.yaml');
      await writeFile(roster, 'first');
      const dev = await Dev.start(['--template', file, '--roster', roster], await environmentOf('teller'));
      const said = () => dev.log().match(/heard .*/g) ?? [];
      const heard = async (times: number) => {
        while (said().length < times) await systemClock.sleep(100);
        return said();
      };
      const once = ['heard Object Created roster.yaml'];
      expect(await heard(1)).toEqual(once);
      for (const Key of ['notes.txt', 'roster.yaml'])
        await s3.send(new PutObjectCommand({ Bucket: 'told', Key, Body: 'second' }));
      expect(await heard(2)).toEqual([...once, ...once]);
      await dev.end();
    },
    patientMs,
  );

  test(
    "a partner's event comes to its queue as the rule's template has it",
    async () => {
      const source = 'aws.partner/okta.com/acme/prod';
      const file = await write(
        'partner',
        toy({
          Partner: {
            Type: 'AWS::Events::Rule',
            Properties: {
              Name: 'partner',
              EventBusName: source,
              EventPattern: { source: [source] },
              Targets: [
                {
                  Id: 'toys',
                  Arn: { 'Fn::GetAtt': ['Queue', 'Arn'] },
                  InputTransformer: { InputTemplate: '{"from":"okta","event":<aws.events.event.json>}' },
                },
              ],
            },
          },
        }),
      );
      const dev = await Dev.start(['--template', file], await environmentOf('partner'));
      const event = { source, 'detail-type': 'SystemLog', detail: { user: 'a"b' } };
      expect(await dev.call('POST', '/_local/events', event)).toMatchObject({
        status: 202,
        body: { bus: source },
      });
      const [message] = account.truth.queue('toys')!.visible;
      expect(JSON.parse(message!.body)).toMatchObject({ from: 'okta', event });
      await dev.end();
    },
    patientMs,
  );

  test.each([
    [
      'a type that nobody here knows',
      { Fleet: { Type: 'AWS::EC2::Instance' } },
      'Fleet: AWS::EC2::Instance is not supported',
    ],
    [
      'a property that would be ignored',
      { Fifo: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'a.fifo', FifoQueue: true } } },
      'Fifo (AWS::SQS::Queue): Unrecognized key: "FifoQueue"',
    ],
    [
      'a condition',
      { Maybe: { Type: 'AWS::SQS::Queue', Condition: 'IsProd', Properties: { QueueName: 'a' } } },
      'Maybe (resource): Condition: a conditional resource is not supported',
    ],
  ])('refuses %s, by the name of the resource', async (_, resources, message) => {
    const file = await write('refused', toy(resources));
    await expect(readTemplate(file)).rejects.toThrow(message);
  });

  test(
    'says what is wrong, and ends, where the template cannot be had',
    async () => {
      const file = await write(
        'cron',
        toy({
          Cron: {
            Type: 'AWS::Scheduler::Schedule',
            Properties: {
              Name: 'nightly',
              ScheduleExpression: 'cron(0 3 * * ? *)',
              Target: { Arn: { 'Fn::GetAtt': ['Toy', 'Arn'] } },
            },
          },
        }),
      );
      await expect(Dev.start(['--template', file])).rejects.toThrow(
        /dev ended with 1: error: Cron: the schedule cron\(0 3 \* \* \? \*\) is not supported/,
      );
      await expect(
        Dev.start(['--template', await write('toy', toy()), '--env', 'LEASES=PT1S']),
      ).rejects.toThrow('dev ended with 1: error: no function reads LEASES');
    },
    patientMs,
  );
});
