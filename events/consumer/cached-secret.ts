import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/**
 * How a service keeps a copy of its key and never works with an old one for long. Three things renew the copy, each enough
 * where the others fail: the event "Access Key Rotated", a refusal of the key by AWS, and its age.
 */

/** What the secret `iam-lifecycle/<user name>` holds of interest here. */
export interface KeyPair {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** What a rule of EventBridge brings. The envelope's `id` need not be looked at: to read twice does no harm. */
export interface LifecycleEvent {
  readonly 'detail-type': string;
  readonly detail: { readonly secret?: { readonly name: string } };
}

interface Settings {
  readonly secretsManager: SecretsManagerClient;
  /** The name of the secret, as in the event. */
  readonly secretName: string;
  /** The copy is good for so long where nothing else is heard. Read every hour it costs less than a cent a month. */
  readonly maxAgeMs: number;
  readonly now?: () => number;
}

interface Copy {
  readonly readAt: number;
  readonly key: Promise<KeyPair>;
}

/** As IAM's services say that they do not take a key: STS and most others, S3, DynamoDB and its like. */
const refusals = new Set([
  'InvalidClientTokenId',
  'InvalidAccessKeyId',
  'UnrecognizedClientException',
  'SignatureDoesNotMatch',
  'AuthFailure',
]);

export class CachedSecret {
  private copy: Copy | null = null;

  constructor(private readonly settings: Settings) {}

  /** The copy, or a new one where it is too old. Callers at the same time share one read. */
  async get(): Promise<KeyPair> {
    const { maxAgeMs, now = Date.now } = this.settings;
    if (this.copy !== null && now() - this.copy.readAt < maxAgeMs) return this.copy.key;
    const copy: Copy = { readAt: now(), key: this.read() };
    this.copy = copy;
    try {
      return await copy.key;
    } catch (error) {
      // A read that failed is no copy: the next caller tries again.
      if (this.copy === copy) this.copy = null;
      throw error;
    }
  }

  /** To be called with every event that the rule brings. The next use reads the secret anew. */
  heard({ 'detail-type': type, detail }: LifecycleEvent): void {
    if (type === 'Access Key Rotated' && detail.secret?.name === this.settings.secretName) this.copy = null;
  }

  /** Works with the key; where AWS refuses it and another is current, once more with that one. */
  async use<Result>(work: (key: KeyPair) => Promise<Result>): Promise<Result> {
    const key = await this.get();
    try {
      return await work(key);
    } catch (error) {
      if (!(error instanceof Error) || !refusals.has(error.name)) throw error;
      this.copy = null;
      const next = await this.get();
      // The same key again: it is not the key's age that is wrong.
      if (next.accessKeyId === key.accessKeyId) throw error;
      return work(next);
    }
  }

  private async read(): Promise<KeyPair> {
    const { secretsManager, secretName } = this.settings;
    const { SecretString = '' } = await secretsManager.send(
      new GetSecretValueCommand({ SecretId: secretName }),
    );
    return JSON.parse(SecretString) as KeyPair;
  }
}
