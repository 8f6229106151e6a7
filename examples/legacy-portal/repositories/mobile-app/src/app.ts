export const name = 'mobile-app';
