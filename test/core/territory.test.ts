import { describe, expect, test } from '@jest/globals';
import { isManaged, isWithin, whyNotManaged } from '../../functions/core/facts.js';
import { planOffboarding } from '../../functions/core/offboarding.js';
import { planRotation } from '../../functions/core/rotation.js';
import { planScan } from '../../functions/core/scan.js';
import { managedUser, offboardingFacts, rotationFacts } from '../support/account.js';
import { offboardAt, offboardingRules } from '../support/offboarding.js';
import { accountOf, scanRules, scannedAt } from '../support/scan.js';
import { rotationRules } from '../support/windows.js';

const arn = 'arn:aws:iam::123456789012:user/legacy/alice';
const elsewhere = managedUser({}, { path: '/legacy/', arn });
const territory = { userPath: '/lifecycle/', adoptedArns: [arn] };

describe('whom the functions can write to', () => {
  test('everybody below the path, and of the others the adopted alone', () => {
    expect(isWithin(managedUser({}), territory)).toBe(true);
    expect(isWithin(elsewhere, territory)).toBe(true);
    expect(isWithin(managedUser({}, { path: '/legacy/', arn: `${arn}2` }), territory)).toBe(false);
    expect(isWithin(elsewhere, { ...territory, adoptedArns: [] })).toBe(false);
  });

  test('an adopted user is ours with the tag alone, as any other', () => {
    expect(isManaged(elsewhere, territory)).toBe(true);
    const untagged = managedUser({ 'iam-lifecycle:managed': 'no' }, { path: '/legacy/', arn });
    expect(whyNotManaged(untagged, territory)).toBe('the user lacks the tag iam-lifecycle:managed=true');
    expect(whyNotManaged(elsewhere, { ...territory, adoptedArns: [] })).toBe(
      'the user lives under /legacy/, not under /lifecycle/, and is not among the adopted',
    );
  });
});

describe('an adopted user elsewhere', () => {
  const now = scannedAt;

  test('has its key rotated', () => {
    const seen = rotationFacts({ user: elsewhere, keys: [], secret: null });
    const rules = { ...rotationRules, ...territory };
    expect(planRotation(seen, null, rules, now).steps).toMatchObject([{ step: 'MintKey' }]);
    expect(planRotation(seen, null, rotationRules, now).at.phase).toBe('Blocked');
  });

  test('is offboarded', () => {
    const seen = offboardingFacts({ user: elsewhere });
    const rules = { ...offboardingRules, ...territory };
    expect(planOffboarding(seen, offboardAt(now), rules, now).at.phase).toBe('Containing');
    expect(planOffboarding(seen, offboardAt(now), offboardingRules, now).at.phase).toBe('Blocked');
  });

  test('is scanned', () => {
    const account = accountOf({ name: 'alice', path: '/legacy/' });
    const [seen] = account.users;
    expect(planScan(account, scanRules, now).managedUsers).toBe(0);
    const rules = { ...scanRules, adoptedArns: [seen!.user.arn] };
    expect(planScan(account, rules, now).managedUsers).toBe(1);
  });
});
