import * as z from 'zod';
import { type Route, route } from '../route.ts';
import type { Services } from '../services.ts';

/** The settings in force. */
export function administrationRoutes({ settings, version }: Services): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/settings',
      role: 'admin',
      tag: 'settings',
      summary: 'The settings in force',
      answer: { status: 200, schema: z.record(z.string(), z.unknown()) },
      handle: () => Promise.resolve({ version, ...settings }),
    }),
  ];
}
