import type * as sns from '@aws-sdk/client-sns';
import { awsError } from './errors.js';
import type { IamState } from './iam-state.js';
import { notModelled, reads, takePage, writes } from './operation.js';
import { ResourcePolicies } from './resource-policies.js';
import type { Kept } from './snapshot.js';
import type { Operations } from './types.js';

const TOPICS_PER_PAGE = 100;

/** Topics that nobody publishes to: each has a name and a policy. */
export class SnsState implements Kept {
  /** ARN -> policy. */
  readonly policies = new Map<string, string>();

  constructor(readonly iam: IamState) {}

  dump(): unknown {
    return [...this.policies];
  }

  load(dumped: readonly (readonly [string, string])[]): void {
    for (const [arn, policy] of dumped) this.policies.set(arn, policy);
  }
}

export function snsOperations(state: SnsState): Operations {
  const { world } = state.iam;
  const documents = new ResourcePolicies(state.iam, 'sns', 'InvalidParameterException');
  const find = (arn = '') => {
    const policy = state.policies.get(arn);
    if (policy !== undefined) return { arn, policy };
    throw awsError('sns', 'NotFoundException', 404, 'Topic does not exist');
  };
  return {
    CreateTopic: writes<sns.CreateTopicCommandInput, sns.CreateTopicCommandOutput>(['Name'], ({ Name }) => {
      if (!/^[\w-]{1,256}$/.test(Name ?? ''))
        throw awsError('sns', 'InvalidParameterException', 400, 'Invalid parameter: Topic Name');
      const TopicArn = `arn:aws:sns:${world.region}:${world.accountId}:${Name}`;
      const owner = { StringEquals: { 'AWS:SourceOwner': world.accountId } };
      const usual = {
        Sid: '__default_statement_ID',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: ['SNS:Publish', 'SNS:Subscribe', 'SNS:SetTopicAttributes'],
        Resource: TopicArn,
        Condition: owner,
      };
      const policy = JSON.stringify({ Version: '2008-10-17', Statement: [usual] });
      if (!state.policies.has(TopicArn)) state.policies.set(TopicArn, policy);
      return { TopicArn };
    }),
    SetTopicAttributes: writes<sns.SetTopicAttributesCommandInput, sns.SetTopicAttributesCommandOutput>(
      ['TopicArn', 'AttributeName', 'AttributeValue'],
      ({ TopicArn, AttributeName, AttributeValue }) => {
        if (AttributeName !== 'Policy') notModelled(`the topic attribute ${AttributeName}`);
        state.policies.set(find(TopicArn).arn, documents.keep(AttributeValue));
        return {};
      },
    ),
    GetTopicAttributes: reads<sns.GetTopicAttributesCommandInput, sns.GetTopicAttributesCommandOutput>(
      ['TopicArn'],
      ({ TopicArn }) => {
        const { arn, policy } = find(TopicArn);
        return { Attributes: { TopicArn: arn, Owner: world.accountId, Policy: documents.show(policy) } };
      },
    ),
    ListTopics: reads<sns.ListTopicsCommandInput, sns.ListTopicsCommandOutput>(
      ['NextToken'],
      ({ NextToken }) => {
        const { page, next } = takePage(world, {
          service: 'sns',
          operation: 'ListTopics',
          items: [...state.policies.keys()].toSorted(),
          keyOf: (arn) => arn,
          max: TOPICS_PER_PAGE,
          marker: NextToken,
          badMarker: 'InvalidParameterException',
        });
        const Topics = page.map((TopicArn) => ({ TopicArn }));
        return { Topics, ...(next !== undefined && { NextToken: next }) };
      },
    ),
  };
}
