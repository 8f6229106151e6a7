export { type Context, Contexts } from 'backstage-forklift/legacy';
