/** What to type into the library's search bar to find a concept's pictures. */
export function searchFor(concept: string): string {
  return /\s/.test(concept) ? `concept:"${concept}"` : `concept:${concept}`;
}
