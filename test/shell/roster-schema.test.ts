import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { rosterJsonSchema } from '../../scripts/roster-schema.js';

interface Schema {
  readonly properties: Readonly<Record<string, Schema>>;
  readonly items: Schema;
  readonly [keyword: string]: unknown;
}

const schema = JSON.parse(rosterJsonSchema()) as Schema;

test('the published schema is that of the code: "node --import tsx scripts/roster-schema.ts" writes it anew', () => {
  expect(JSON.parse(readFileSync('roster.schema.json', 'utf8'))).toEqual(schema);
});

test('a field is known by the names of the modules too, wherever it stands', () => {
  const { systemUsers, groups } = schema.properties;
  expect(systemUsers!.items.properties['policy_arns_map']).toEqual({
    $ref: '#/properties/systemUsers/items/properties/policyArnsMap',
    description: 'The same as policyArnsMap.',
  });
  expect(Object.keys(systemUsers!.items.properties)).toEqual(
    expect.arrayContaining(['createAccessKey', 'create_access_key', 'create_iam_access_key', 'ssm_enabled']),
  );
  expect(Object.keys(groups!.properties)).toEqual(
    expect.arrayContaining(['should_create_iam_group_full_access', 'iam_groups_for_cross_account_access']),
  );
});

test('the account is required, under any of its names', () => {
  expect(schema['allOf']).toEqual([
    {
      anyOf: [
        { required: ['accountId'] },
        { required: ['account_id'] },
        { required: ['awsAccountId'] },
        { required: ['aws_account_id'] },
      ],
    },
  ]);
});

/** The inputs of each module that are about users, groups and keys. */
const inputs = {
  systemUsers: `force_destroy path inline_policies inline_policies_map policy_arns policy_arns_map permissions_boundary
    create_iam_access_key ssm_enabled ssm_ses_smtp_password_enabled ssm_base_path s3_actions s3_resources tags enabled`,
  people: `description roles groups tags path permissions_boundary pgp_key create_login_profile create_access_keys
    ssh_public_key customer_managed_policy_names aws_managed_policy_names inline_iam_policies json_policies
    store_access_keys_in_secrets_mgr force_destroy`,
  groups: `enable_iam_groups should_require_mfa cloudtrail_kms_key_arn auto_deploy_permissions
    iam_group_developers_permitted_services iam_groups_for_cross_account_access cross_account_access_all_group_name
    iam_policy_iam_user_self_mgmt iam_group_names_ssh_grunt_users iam_group_names_ssh_grunt_sudo_users
    should_create_iam_group_full_access should_create_iam_group_billing should_create_iam_group_support
    should_create_iam_group_logs should_create_iam_group_developers should_create_iam_group_read_only
    should_create_iam_group_user_self_mgmt should_create_iam_group_iam_admin
    should_create_iam_group_use_existing_iam_roles should_create_iam_group_auto_deploy
    should_create_iam_group_cross_account_access_all iam_group_name_full_access iam_group_name_read_only`,
  defaults: 'force_destroy_users password_reset_required minimum_password_length',
  passwordPolicy: `minimum_password_length require_lowercase_characters require_uppercase_characters require_numbers
    require_symbols allow_users_to_change_password hard_expiry max_password_age password_reuse_prevention`,
};
test.each(Object.entries(inputs))('%s has every input of the modules', (section, names) => {
  const of = schema.properties[section]!;
  const { properties } =
    section === 'systemUsers' ? of.items : section === 'people' ? (of['additionalProperties'] as Schema) : of;
  expect(Object.keys(properties)).toEqual(expect.arrayContaining(names.split(/\s+/)));
});
