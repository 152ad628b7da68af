// URLs that strangers wrote on a chain: text until they are proven to be plain http(s) URLs.

/**
 * Whether `text` can be called as it stands. The URL parser forgives white space, line breaks and credentials; none of
 * them belongs into a node's address, and the text is compared byte by byte with what the node states.
 *
 * @param query An RPC endpoint may carry its key in the query; an API's base URL has none.
 */
export function isApiUrl(text: string, { query = false }: { query?: boolean } = {}): boolean {
  if (text.length > 512 || !/^https?:\/\/[!-~]+$/.test(text) || /["'<>\\^`{|}]/.test(text)) return false
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  if (url.username !== '' || url.password !== '' || text.includes('#') || text.includes('@')) return false
  return query || (!text.includes('?') && !text.endsWith('/'))
}
