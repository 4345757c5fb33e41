import { sessionRoute } from '../../http/define-route.js';
import { idInput, knownId, noData, noInput } from '../../http/input.js';
import { forgetDevice } from './forget-device.js';
import { listDevices } from './list-devices.js';
import { devicesData } from './schema.js';

export const deviceRoutes = {
  devices: sessionRoute({
    method: 'GET',
    path: '/devices',
    access: 'session',
    summary: 'The devices that have logged in, most recently seen first',
    status: 200,
    message: 'Known devices',
    input: noInput,
    data: devicesData,
    errors: [],
    handler: async (context, { request: { current } }) => ({ data: await listDevices(context, current) }),
  }),
  forgetDevice: sessionRoute({
    method: 'DELETE',
    path: '/devices/:id',
    access: 'session',
    summary: 'Forget a device and the trust in it; its sessions go on',
    status: 204,
    message: 'Device forgotten',
    input: idInput,
    data: noData,
    errors: ['NOT_FOUND'],
    handler: async (context, { request: { caller, current }, input }) => {
      await forgetDevice(context, { id: knownId(input), current, caller });
      return { data: undefined };
    },
  }),
};
