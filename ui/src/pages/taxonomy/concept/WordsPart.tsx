import { Stack, Table } from "@mantine/core";
import type { ConceptOut } from "@/api/schema";
import type { Editing } from "../editing/useEditing";
import { AddName } from "./AddName";
import { NameRow } from "./NameRow";
import { OwnWords } from "./OwnWords";
import { Synonyms } from "./Synonyms";

interface Props {
  concept: ConceptOut;
  editing: Editing;
  mayEdit: boolean;
}

/** What a concept is called: its name in each language, its synonyms, and the house's own words. */
export function WordsPart({ concept, editing, mayEdit }: Props) {
  const own = editing.base.language;
  const names = [[own, concept.label] as const, ...Object.entries(concept.labels)];
  return (
    <Stack gap="md">
      <Table withRowBorders={false} verticalSpacing={4} horizontalSpacing={0} layout="fixed">
        <Table.Tbody>
          {names.map(([language, word]) => (
            <NameRow
              key={language}
              language={language}
              word={word}
              mayEdit={mayEdit && concept.live}
              rename={(label) =>
                editing.plan({
                  op: "rename",
                  concept: concept.id,
                  label,
                  language: language === own ? null : language,
                })
              }
            />
          ))}
        </Table.Tbody>
      </Table>
      {mayEdit && concept.live && <AddName concept={concept} editing={editing} />}
      <Synonyms concept={concept} editing={editing} mayEdit={mayEdit && concept.live} />
      <OwnWords concept={concept} editing={editing} mayEdit={mayEdit} />
    </Stack>
  );
}
