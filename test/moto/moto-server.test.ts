import { CreateUserCommand, GetUserCommand, IAMClient, ListPoliciesCommand } from '@aws-sdk/client-iam';
import { expect, test } from '@jest/globals';
import { describeWithMoto, startMoto } from './moto-server.js';

await describeWithMoto('moto', (endpoint) => {
  const iam = new IAMClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });

  test('keeps a created user', async () => {
    await iam.send(new CreateUserCommand({ UserName: 'anna', Path: '/lifecycle/' }));
    const { User } = await iam.send(new GetUserCommand({ UserName: 'anna' }));
    expect(User).toMatchObject({ UserName: 'anna', Path: '/lifecycle/' });
  });

  test("has AWS's managed policies", async () => {
    const { Policies } = await iam.send(new ListPoliciesCommand({ Scope: 'AWS' }));
    expect(Policies?.length).toBeGreaterThan(50);
  });
});

test('MOTO=required without moto_server on the PATH is an error that says how to install it', async () => {
  const { PATH, MOTO } = process.env;
  Object.assign(process.env, { PATH: '/nonexistent', MOTO: 'required' });
  const [outcome] = await Promise.allSettled([startMoto()]);
  Object.assign(process.env, { PATH, MOTO: MOTO ?? '' });
  expect(outcome).toMatchObject({ status: 'rejected' });
  expect(String((outcome as PromiseRejectedResult).reason)).toContain("pip install 'moto[server]'");
});
