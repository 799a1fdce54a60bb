import { expect, test } from 'vitest';
import { mayInvite, ROLES, rolesToOffer } from './team';

test('owners and admins invite, and only owners invite owners', () => {
  expect(ROLES.filter(mayInvite)).toEqual(['OWNER', 'ADMIN']);
  expect(rolesToOffer('OWNER')).toEqual(ROLES);
  expect(rolesToOffer('ADMIN')).not.toContain('OWNER');
});
