import type * as Winston from 'winston';
import type { TransportConfig } from './root-logger-config';

/** Makes a transport of winston as the configuration has it. */
export function createTransport({ type, options }: TransportConfig): Winston.transport {
  const { transports } = require('winston') as typeof Winston;
  switch (type) {
    case 'file':
      return new transports.File(options);
    case 'http':
      return new transports.Http(options);
    default:
      return new transports.Console(options);
  }
}
