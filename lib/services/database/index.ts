export { DatabaseManager, type DatabaseManagerOptions } from './database-manager';
export { databaseServiceFactory } from './database-service-factory';
