/** States of Terraform, as it writes them, in as much of them as anybody reads. */

export interface Resource {
  readonly type: string;
  readonly mode?: 'managed' | 'data';
  readonly module?: string;
  /** index_key -> attributes; one without a key has ''. */
  readonly instances: Readonly<Record<string, object>>;
}

export function stateOf(resources: readonly Resource[], more: object = {}): Record<string, unknown> {
  return {
    version: 4,
    terraform_version: '1.11.4',
    serial: 7,
    lineage: '6d1e9c8e-5b2a-0f53-8a62-0c0e3f2f6d11',
    outputs: {},
    resources: resources.map(({ type, mode = 'managed', module, instances }) => ({
      ...(module === undefined ? {} : { module }),
      mode,
      type,
      name: 'this',
      provider: 'provider["registry.terraform.io/hashicorp/aws"]',
      instances: Object.entries(instances).map(([index_key, attributes]) => ({
        ...(index_key === '' ? {} : { index_key }),
        schema_version: 0,
        attributes,
        sensitive_attributes: [],
      })),
    })),
    ...more,
  };
}

export const account = '123456789012';
export const policyArn = (name: string) => `arn:aws:iam::${account}:policy/${name}`;
export const roleArn = (name: string) => `arn:aws:iam::${account}:role/${name}`;

export function user(name: string, more: object = {}): object {
  const arn = `arn:aws:iam::${account}:user/${name}`;
  return {
    name,
    path: '/',
    arn,
    permissions_boundary: '',
    tags: {},
    tags_all: {},
    force_destroy: true,
    ...more,
  };
}

export function assumeDocument(...roles: string[]): string {
  const Resource = roles.length === 1 ? roleArn(roles[0]!) : roles.map(roleArn);
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource }],
  });
}

/** What the tutorial leaves behind for three users; carol still has the bundle of old, of which the state knows only its ARN. */
export const tutorial = stateOf([
  {
    type: 'aws_iam_user',
    instances: {
      alice: user('alice', { tags_all: { Name: 'alice', Description: 'Alice - Platform', Roles: 'admin' } }),
      'bob@example.com': user('bob@example.com', { tags_all: { Name: 'bob@example.com' } }),
      carol: user('carol'),
    },
  },
  {
    type: 'aws_iam_policy',
    instances: {
      admin: {
        name: 'AssumeAdminRolePolicy',
        path: '/',
        arn: policyArn('AssumeAdminRolePolicy'),
        policy: assumeDocument('AdminRole'),
      },
      data_engineer: {
        name: 'AssumeDataEngineerRolePolicy',
        path: '/',
        arn: policyArn('AssumeDataEngineerRolePolicy'),
        policy: assumeDocument('DataEngineerRole'),
      },
    },
  },
  {
    type: 'aws_iam_user_policy_attachment',
    instances: {
      'alice/admin': { user: 'alice', policy_arn: policyArn('AssumeAdminRolePolicy') },
      'bob@example.com/admin': { user: 'bob@example.com', policy_arn: policyArn('AssumeAdminRolePolicy') },
      'bob@example.com/data_engineer': {
        user: 'bob@example.com',
        policy_arn: policyArn('AssumeDataEngineerRolePolicy'),
      },
      'carol/bundle': { user: 'carol', policy_arn: policyArn('AssumeRolesPolicy') },
    },
  },
]);
