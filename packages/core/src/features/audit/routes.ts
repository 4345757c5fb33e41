import { pageRoute } from '../../http/define-route.js';
import { knownId } from '../../http/input.js';
import { listEvents } from './list-events.js';
import { eventsData, listEventsInput } from './schema.js';

export const auditRoutes = {
  userEvents: pageRoute({
    method: 'GET',
    path: '/users/:id/events',
    access: 'self-or-admin',
    summary: 'What happened to an account, newest first, page by page',
    status: 200,
    message: 'Audit trail',
    input: listEventsInput,
    data: eventsData,
    errors: ['NOT_FOUND'],
    handler: async (context, { request: { current }, input }) => {
      const id = knownId(input);
      const reader = id === current.user.id ? 'owner' : 'admin';
      const { events, nextCursor } = await listEvents(context, { ...input, reader });
      return { data: { events }, meta: { nextCursor } };
    },
    pageOf: ({ nextCursor = null }) => ({ nextCursor }),
  }),
};
