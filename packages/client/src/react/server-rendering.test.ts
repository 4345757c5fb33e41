import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { expect, it } from 'vitest';
import { createAuthClient } from '../index.js';
import { SessionProvider, useAuthClient, useSession } from './index.js';

const Status = (): string => useSession().status;

it('renders on a server without a request', () => {
  let asked = 0;
  const client = createAuthClient({
    baseUrl: '/auth',
    transport: 'cookie',
    fetch: () => {
      asked += 1;
      return Promise.reject(new Error('asked'));
    },
  });
  expect(renderToString(createElement(SessionProvider, { client }, createElement(Status)))).toBe('loading');
  expect(asked).toBe(0);
  client.close();
});

it('throws without a SessionProvider, and says so', () => {
  const Client = (): string => typeof useAuthClient();
  expect(() => renderToString(createElement(Client))).toThrow('need a SessionProvider above them');
});
