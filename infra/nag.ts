import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** A finding of cdk-nag that is meant to be so, and why. */
export function acknowledge(construct: IConstruct, id: string, reason: string): void {
  Validations.of(construct).acknowledge({ id: `AwsSolutions-${id}`, reason });
}

/** What cdk-nag reads of a statement. */
interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly reason: string;
}

/** Every wildcard that a statement allows is acknowledged with the statement's own reason, and no other is. */
export function acknowledgeWildcards(construct: IConstruct, statements: readonly Statement[]): void {
  const stack = Stack.of(construct);
  const reasons = new Map<string, string[]>();
  for (const { actions, resources, reason } of statements.filter(({ effect }) => effect === 'Allow')) {
    const findings = [
      ...actions.map((action) => `Action::${action}`),
      ...resources.map((resource) => `Resource::${flatten(stack.resolve(resource))}`),
    ];
    for (const finding of findings.filter((finding) => finding.includes('*')))
      reasons.set(finding, [...(reasons.get(finding) ?? []), reason]);
  }
  for (const [finding, why] of reasons)
    acknowledge(construct, `IAM5[${finding}]`, [...new Set(why)].join(' '));
}

/** A resource as cdk-nag writes it in a finding's id: <Logical.Attribute> for a reference. */
function flatten(value: unknown): string {
  if (typeof value === 'string') return value.replaceAll('${', '<').replaceAll('}', '>');
  const intrinsic = value as {
    Ref?: string;
    'Fn::GetAtt'?: [string, string];
    'Fn::Join'?: [string, unknown[]];
  };
  if (intrinsic.Ref !== undefined) return `<${intrinsic.Ref}>`;
  if (intrinsic['Fn::GetAtt']) return `<${intrinsic['Fn::GetAtt'].join('.')}>`;
  if (intrinsic['Fn::Join']) {
    const [delimiter, parts] = intrinsic['Fn::Join'];
    return parts.map(flatten).join(delimiter);
  }
  return JSON.stringify(value);
}
