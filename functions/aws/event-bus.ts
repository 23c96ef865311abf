import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';

/** Says on a bus that something happened. Throws where EventBridge took the request and refused the event. */
export async function putEvent(
  eventBridge: EventBridgeClient,
  bus: string,
  source: string,
  detailType: string,
  detail: object,
): Promise<void> {
  const Entry = { EventBusName: bus, Source: source, DetailType: detailType, Detail: JSON.stringify(detail) };
  const { Entries = [] } = await eventBridge.send(new PutEventsCommand({ Entries: [Entry] }));
  const [entry] = Entries;
  if (entry?.ErrorCode !== undefined)
    throw new Error(`the bus ${bus} refused "${detailType}": ${entry.ErrorCode} ${entry.ErrorMessage ?? ''}`);
}
