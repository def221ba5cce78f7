import { Text, Title } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import classes from "./Step.module.css";

export type StepState = "later" | "now" | "done";

interface Props {
  number: number;
  title: string;
  about: string;
  state: StepState;
  children?: ReactNode;
}

/** One of the steps on the way, with its number and whether it is done. */
export function Step({ number, title, about, state, children }: Props) {
  const { t } = useTranslation("start");
  return (
    <li className={classes.step} data-state={state} aria-current={state === "now" ? "step" : false}>
      <div className={classes.mark} aria-hidden>
        <span className={classes.number}>
          {state === "done" ? <IconCheck size={20} stroke={2.4} /> : number}
        </span>
        <span className={classes.line} />
      </div>
      <div className={classes.body}>
        <Title order={2} size="h4" lh="36px" className={classes.title}>
          {title}
          {state === "done" && <span className="visually-hidden"> {t("stepDone")}</span>}
        </Title>
        {state !== "done" && (
          <Text c="dimmed" mb={children ? "md" : 0}>
            {about}
          </Text>
        )}
        {children}
      </div>
    </li>
  );
}
