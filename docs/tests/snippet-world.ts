// What a snippet that is run may use without showing where it is from, made when it is first used.
import { createAuth } from '@sallyport/core';
import { createMemoryStore } from '@sallyport/core/testing';
import express from 'express';

function provide(name: string, make: () => unknown): void {
  let made: unknown;
  Object.defineProperty(globalThis, name, { get: () => (made ??= make()) });
}

provide('store', () => createMemoryStore());
provide('app', () => express());
provide('auth', () => createAuth({ secret: process.env['AUTH_SECRET'], store: createMemoryStore(), logger: false }));
