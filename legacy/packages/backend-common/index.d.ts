export * from 'backstage-forklift/legacy';
