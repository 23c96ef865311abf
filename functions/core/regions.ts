/** Where the events of global services, such as IAM, are: one region of each partition. */
export function globalRegionOf(region: string): string {
  if (region.startsWith('cn-')) return 'cn-north-1';
  return region.startsWith('us-gov-') ? 'us-gov-west-1' : 'us-east-1';
}
