/** What to type into the library's search bar to find a concept's pictures. */
export function searchFor(word: string): string {
  return /[\s"]/.test(word) ? `"${word.replaceAll('"', "")}"` : word;
}
