import express from 'express';

express().get('/me', (_req, res) => void res.json({ hello: 'world' })).listen(Number(process.env['PORT']), '127.0.0.1');
