import { InvalidValue } from '../../functions/core/invalid-value.js';

/** One resource instance of a Terraform state. Its attributes may hold secrets, so none is ever shown as a whole. */
export interface StateInstance {
  readonly mode: 'managed' | 'data';
  readonly type: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** Does a JSON value look like a state file, of whatever version? */
export function isState(value: unknown): value is Record<string, unknown> {
  return isObject(value) && 'version' in value && ('terraform_version' in value || 'lineage' in value);
}

/** Every instance in a state, of every module and index key. Throws InvalidValue for another format than version 4. */
export function instancesOf(state: Readonly<Record<string, unknown>>): StateInstance[] {
  const { version, resources = [] } = state;
  if (version !== 4)
    throw new InvalidValue(
      'version',
      String(version),
      '4: the format of Terraform since 0.12, and of OpenTofu',
    );
  if (!Array.isArray(resources)) throw new InvalidValue('resources', typeof resources, 'a list');
  return resources.flatMap((resource: unknown, index): StateInstance[] => {
    if (!isObject(resource)) throw new InvalidValue(`resources[${index}]`, typeof resource, 'a map');
    const { mode, type, instances = [] } = resource;
    if (!Array.isArray(instances))
      throw new InvalidValue(`resources[${index}].instances`, typeof instances, 'a list');
    return instances.flatMap((instance: unknown): StateInstance[] => {
      const attributes = isObject(instance) ? instance['attributes'] : undefined;
      // A deposed object is one that a newer one has replaced.
      if (!isObject(attributes) || 'deposed' in (instance as object)) return [];
      return [{ mode: mode === 'data' ? 'data' : 'managed', type: String(type), attributes }];
    });
  });
}

/** Attributes in which the AWS provider keeps what nobody else should read. */
const secretAttributes: Readonly<Record<string, readonly string[]>> = {
  aws_iam_access_key: ['secret', 'ses_smtp_password_v4'],
  aws_iam_user_login_profile: ['password'],
  aws_secretsmanager_secret_version: ['secret_string', 'secret_binary'],
  aws_iam_service_specific_credential: ['service_password'],
  random_password: ['result'],
  tls_private_key: ['private_key_pem'],
};

/** How many secrets a state holds in plain text, as far as its types tell; sensitive outputs among them. */
export function countSecrets(state: Readonly<Record<string, unknown>>): number {
  const kept = instancesOf(state).flatMap(({ type, attributes }) => {
    const isSecure = type === 'aws_ssm_parameter' && attributes['type'] === 'SecureString';
    const names = isSecure ? ['value'] : (secretAttributes[type] ?? []);
    return names.filter((name) => isThere(attributes[name]));
  });
  const outputs = Object.values(isObject(state['outputs']) ? state['outputs'] : {});
  const sensitive = outputs.filter(
    (output) => isObject(output) && output['sensitive'] === true && isThere(output['value']),
  );
  return kept.length + sensitive.length;
}

function isThere(value: unknown): boolean {
  return value !== null && value !== undefined && value !== '';
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
