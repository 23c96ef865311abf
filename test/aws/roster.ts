import type { UserName } from '../../functions/core/names.js';
import type { Roster, RosterUser } from '../../functions/core/roster/roster.js';
import { wanted } from '../support/roster.js';

/** A roster of which only what a test names matters. */
export function rosterOf(more: Partial<Roster> = {}): Roster {
  return {
    accountId: '123456789012',
    userPath: '/lifecycle/',
    assumableRoles: {},
    users: [],
    groups: [],
    policies: [],
    passwordPolicy: null,
    ...more,
  };
}

/** An entry that asks for nothing but to exist. */
export function entryOf(name: string, more: Partial<RosterUser> = {}): RosterUser {
  return wanted({ name: name as UserName, tags: {}, ...more });
}

export const passwordPolicy = {
  minimumPasswordLength: 16,
  requireLowercaseCharacters: true,
  requireUppercaseCharacters: true,
  requireNumbers: true,
  requireSymbols: true,
  allowUsersToChangePassword: true,
  hardExpiry: false,
  maxPasswordAge: 0,
  passwordReusePrevention: 5,
};

export const login = { passwordLength: 20, passwordResetRequired: true, pgpKey: null };
