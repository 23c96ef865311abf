import { type DetailType, detailType } from '../../functions/core/event-details.js';
import { eventSource } from '../../functions/core/names.js';
import type { FakeAws } from '../fake-aws/fake-aws.js';
import type { TrueUser } from '../fake-aws/truth.js';
import { isTombstoned } from './true-user.js';

/** Something that the functions did, and of which an event must tell (T1). */
interface Deed {
  readonly type: DetailType;
  readonly field: 'keyId' | 'userId';
  readonly value: string;
}

/** A function gives an event up after so many tries. With fewer failures than that none can be lost. */
const triesOfPutEvents = 4;

/** What was done, as the oracle sees it done, to be held against what was said once all is at rest. */
export class Deeds {
  private readonly all: Deed[] = [];

  keyPromoted(keyId: string): void {
    this.all.push({ type: detailType.keyRotated, field: 'keyId', value: keyId });
  }

  userDeleted({ id }: TrueUser): void {
    this.all.push({ type: detailType.purged, field: 'userId', value: id });
  }

  /** Of which nothing was said, though no event can have been lost. */
  untold(account: FakeAws): string[] {
    const { calls, truth } = account;
    const failed = calls.filter(
      ({ operation, outcome }) =>
        operation === 'PutEvents' && outcome !== 'ok' && outcome !== 'SimulatedCrash',
    );
    if (failed.length >= triesOfPutEvents) return [];
    const said = truth.events().filter(({ event }) => event.source === eventSource);
    const quarantined = truth
      .users()
      .filter(isTombstoned)
      .map(({ id }): Deed => ({ type: detailType.quarantined, field: 'userId', value: id }));
    return [...this.all, ...quarantined]
      .filter(
        ({ type, field, value }) =>
          !said.some(({ event }) => event['detail-type'] === type && event.detail[field] === value),
      )
      .map(({ type, value }) => `no event "${type}" of ${value}`);
  }
}
