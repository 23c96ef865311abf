import type * as iam from '@aws-sdk/client-iam';
import { iamPage, requireName, requirePath } from './iam-rules.js';
import {
  alreadyExists,
  deleteConflict,
  limitExceeded,
  missing,
  wholeSeconds,
  type FakeUser,
  type IamState,
} from './iam-state.js';
import { reads, writes } from './operation.js';
import type { Operations } from './types.js';

const DEVICES_PER_USER = 8;

/** Virtual devices exist beside users: they are made, enabled for one user, deactivated and deleted. Hardware ones are only enabled. */
export function mfaOperations(state: IamState): Operations {
  return {
    ...virtualDeviceOperations(state),
    EnableMFADevice: writes<iam.EnableMFADeviceCommandInput, iam.EnableMFADeviceCommandOutput>(
      ['UserName', 'SerialNumber', 'AuthenticationCode1', 'AuthenticationCode2'],
      (input, { now }) => {
        const user = state.user(requireName('userName', input.UserName, 64));
        const id = input.SerialNumber ?? '';
        if (id.startsWith('arn:') && !state.virtualMfaDevices.has(id))
          missing(`VirtualMFADevice with serial number ${id} does not exist.`);
        if (holderOf(state, id) !== undefined) alreadyExists(`MFADevice ${id} is already in use.`);
        if (devicesOf(user).length >= DEVICES_PER_USER)
          limitExceeded('Cannot exceed quota for MFADevicesPerUser: 8');
        const device = { kind: 'mfa', id, status: 'Active', createdAt: now } as const;
        state.changeUser(user, { otherCredentials: [...user.otherCredentials, device] });
        return {};
      },
    ),
    DeactivateMFADevice: writes<iam.DeactivateMFADeviceCommandInput, iam.DeactivateMFADeviceCommandOutput>(
      ['UserName', 'SerialNumber'],
      (input) => {
        const user = state.user(requireName('userName', input.UserName, 64));
        const device = devicesOf(user).find((one) => one.id === input.SerialNumber);
        if (device === undefined)
          missing(`MFA Device ${input.SerialNumber} is not enabled for user ${user.name}.`);
        state.changeUser(user, { otherCredentials: user.otherCredentials.filter((one) => one !== device) });
        return {};
      },
    ),
    ListMFADevices: reads<iam.ListMFADevicesCommandInput, iam.ListMFADevicesCommandOutput>(
      ['UserName', 'Marker', 'MaxItems'],
      (input, { asOf }) => {
        const user = state.user(requireName('userName', input.UserName, 64), asOf);
        const { page, more } = iamPage(
          state.world,
          'ListMFADevices',
          input,
          devicesOf(user),
          (one) => one.id,
        );
        const describe = (one: { id: string; createdAt: number }) => ({
          UserName: user.name,
          SerialNumber: one.id,
          EnableDate: wholeSeconds(one.createdAt),
        });
        return { MFADevices: page.map(describe), ...more };
      },
    ),
  };
}

function virtualDeviceOperations(state: IamState): Operations {
  const { virtualMfaDevices } = state;
  return {
    CreateVirtualMFADevice: writes<
      iam.CreateVirtualMFADeviceCommandInput,
      iam.CreateVirtualMFADeviceCommandOutput
    >(['VirtualMFADeviceName', 'Path'], (input) => {
      const name = requireName('virtualMFADeviceName', input.VirtualMFADeviceName, 226);
      const SerialNumber = state.arn('mfa', requirePath(input.Path), name);
      if (virtualMfaDevices.has(SerialNumber)) alreadyExists(`MFADevice ${SerialNumber} already exists.`);
      virtualMfaDevices.add(SerialNumber);
      return { VirtualMFADevice: { SerialNumber } };
    }),
    DeleteVirtualMFADevice: writes<
      iam.DeleteVirtualMFADeviceCommandInput,
      iam.DeleteVirtualMFADeviceCommandOutput
    >(['SerialNumber'], (input) => {
      const id = input.SerialNumber ?? '';
      // A hardware device is none, whoever has it.
      if (!virtualMfaDevices.has(id)) missing(`VirtualMFADevice with serial number ${id} does not exist.`);
      if (holderOf(state, id) !== undefined)
        deleteConflict('MFA VirtualDevice in use. Must be deactivated first.');
      virtualMfaDevices.delete(id);
      return {};
    }),
  };
}

function devicesOf(user: FakeUser) {
  return user.otherCredentials.filter((one) => one.kind === 'mfa');
}

function holderOf(state: IamState, serialNumber: string): FakeUser | undefined {
  return state.users.values().find((user) => devicesOf(user).some((one) => one.id === serialNumber));
}
