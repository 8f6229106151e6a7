/** A message without the user names and passwords of the URLs in it. */
export function maskCredentials(message: string): string {
  return message.replace(/:\/\/[^/?#\s]*@/g, '://***@');
}
