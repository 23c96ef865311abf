import { iamPage, requireName, type IamPageInput } from './iam-rules.js';
import {
  invalid,
  limitExceeded,
  missing,
  type FakeUser,
  type IamState,
  type OtherCredential,
  type OtherCredentialKind,
} from './iam-state.js';

export interface OfUser {
  readonly UserName?: string | undefined;
}

type CredentialDetails = Pick<OtherCredential, 'serviceName' | 'body'>;

/** One kind of credential of all users: the four operations differ only in their words. */
export class Drawer {
  constructor(
    private readonly state: IamState,
    private readonly kind: OtherCredentialKind,
    private readonly quota: number,
  ) {}

  add(
    input: OfUser,
    id: string,
    more: CredentialDetails = {},
  ): { user: FakeUser; credential: OtherCredential } {
    const user = this.userOf(input);
    const alike = user.otherCredentials.filter(
      (one) => one.kind === this.kind && one.serviceName === more.serviceName,
    );
    if (alike.length >= this.quota) limitExceeded(`Cannot exceed quota of ${this.quota} for ${this.kind}`);
    const createdAt = this.state.world.clock.now();
    const credential: OtherCredential = { kind: this.kind, id, status: 'Active', createdAt, ...more };
    this.state.changeUser(user, { otherCredentials: [...user.otherCredentials, credential] });
    return { user, credential };
  }

  page(operation: string, input: OfUser & IamPageInput, asOf: number | undefined) {
    const user = this.userOf(input, asOf);
    const credentials = user.otherCredentials.filter((one) => one.kind === this.kind);
    return { user, ...iamPage(this.state.world, operation, input, credentials, (one) => one.id) };
  }

  setStatus(input: OfUser, id: string | undefined, status: string | undefined): object {
    if (status !== 'Active' && status !== 'Inactive') invalid(`Status ${status} must be Active or Inactive`);
    const { user, credential } = this.find(input, id);
    const changed = { ...credential, status } as const;
    const otherCredentials = user.otherCredentials.map((one) => (one === credential ? changed : one));
    this.state.changeUser(user, { otherCredentials });
    return {};
  }

  remove(input: OfUser, id: string | undefined): object {
    const { user, credential } = this.find(input, id);
    this.state.changeUser(user, {
      otherCredentials: user.otherCredentials.filter((one) => one !== credential),
    });
    return {};
  }

  find(
    input: OfUser,
    id: string | undefined,
    asOf?: number,
  ): { user: FakeUser; credential: OtherCredential } {
    const user = this.userOf(input, asOf);
    const credential = user.otherCredentials.find((one) => one.kind === this.kind && one.id === id);
    return { user, credential: credential ?? missing(`The ${this.kind} with id ${id} cannot be found.`) };
  }

  userOf(input: OfUser, asOf?: number): FakeUser {
    return this.state.user(requireName('userName', input.UserName, 64), asOf);
  }
}
