use super::*;
use crate::flow::check;

const HOME: &str = "flow: home
outcomes: [done]
steps:
  pick: { ask: choice, of: [yes, no], timeout: { after: 10m, to: nap }, next: { yes: sub, no: bye } }
  sub: { run: other, next: { done: bye, lost: bye } }
  nap: { wait: { for: 1d }, next: which }
  which:
    branch:
      - { if: pick == 'yes', to: sub }
      - { to: end }
  bye: { say: bye, end: done }
  end: { end: done }
";
const OTHER: &str = "flow: other\noutcomes: [done, lost]\nsteps:\n  lost: { say: lost, end: lost }\n";
const WORDS: &str = "home-pick = Идёшь \"туда\" <сейчас>?
    .o-yes = Да
    .o-no = Нет
home-bye = Пока & до встречи
other-lost = Потеряно
";

fn program(more: &[(&str, &str)], words: &str) -> Program {
    let own = |path: &str, text: &str| (path.to_owned(), text.to_owned());
    let flows =
        [own("flows/_global.yaml", "start: home\n"), own("flows/home.yaml", HOME), own("flows/other.yaml", OTHER)];
    let more = more.iter().map(|(path, text)| own(path, text));
    let flows: Vec<_> = flows.into_iter().chain(more).collect();
    let (program, faults) =
        check::program(&flows, &[own("locales/ru/all.ftl", &check::filled(&format!("{WORDS}{words}")))]);
    program.unwrap_or_else(|| panic!("{faults:?}"))
}

fn drawn(format: Format) -> String {
    Picture::of_flow(&program(&[], ""), &[], "home", "ru").unwrap().drawn(format)
}

fn holds(drawn: &str, lines: &[&str]) {
    for line in lines {
        assert!(drawn.contains(line), "{line}\n{drawn}");
    }
}

#[test]
fn mermaid_has_every_step_and_way() {
    holds(
        &drawn(Format::Mermaid),
        &[
            "flowchart TD\n  accTitle: home\n",
            "pick, спрашивает choice: Да → sub, Нет → bye, молчание 10 мин → nap.",
            "  step_pick[\"<b>pick</b> спрашивает<br>Идёшь #34;туда#34; #60;сейчас#62;?\"]\n",
            "  begin --> step_pick\n",
            "  step_pick -->|\"Да\"| step_sub\n",
            "  step_pick -.->|\"молчание 10 мин\"| step_nap\n",
            "  step_sub[[\"<b>sub</b> подпоток<br>other\"]]\n",
            "  step_sub -->|\"done<br>lost\"| step_bye\n",
            "  step_which{{\"<b>which</b> развилка\"}}\n",
            "  step_which -->|\"pick == 'yes'\"| step_sub\n",
            "  step_bye --> out_bye_done\n",
            "  out_bye_done([\"done\"])\n",
            "  step_end([\"<b>end</b> конец<br>done\"])\n",
        ],
    );
}

#[test]
fn dot_has_every_step_and_way() {
    holds(
        &drawn(Format::Dot),
        &[
            "digraph \"home\" {\n",
            "\"step_pick\" [label=\"pick · спрашивает\\nИдёшь \\\"туда\\\" <сейчас>?\", style=\"rounded,bold\"];",
            "\"step_pick\" -> \"step_nap\" [label=\"молчание 10 мин\", style=dashed];",
            "\"step_sub\" -> \"step_bye\" [label=\"done\\nlost\"];",
        ],
    );
}

#[test]
fn svg_stands_for_itself_and_is_told_in_words() {
    let svg = drawn(Format::Svg);
    holds(
        &svg,
        &[
            "<svg xmlns=\"http://www.w3.org/2000/svg\"",
            "role=\"img\" aria-labelledby=\"title description\"",
            "<title id=\"title\">home</title>",
            "<desc id=\"description\">pick, спрашивает choice: Да → sub;",
            "prefers-color-scheme: dark",
            "class=\"way timer\"",
            "&lt;сейчас&gt;?",
            "Пока &amp; до встречи",
            "<g class=\"node run\">",
        ],
    );
    assert!(!svg.contains("href") && !svg.contains("NaN"), "{svg}");
    assert_eq!(svg, drawn(Format::Svg), "the same again");
}

#[test]
fn a_form_has_its_questions_in_it_and_when_they_are_asked() {
    let flow = "flow: poll
outcomes: [done]
steps:
  told:
    form: { progress: true }
    questions:
      - { id: mark, type: scale, from: 1, to: 5 }
      - { id: why, type: text, max: 9, when: mark < 3, optional: true, stop: { if: mark < 2, to: over } }
  over: { end: done }
";
    let words = "poll-mark = Как тебе?\npoll-why = Почему?\n";
    let picture = Picture::of_flow(&program(&[("flows/poll.yaml", flow)], words), &[], "poll", "ru").unwrap();
    let asked = "• <b>mark</b> scale: Как тебе?<br>• <b>why</b> text (если mark #60; 3; можно пропустить): Почему?";
    holds(&picture.drawn(Format::Mermaid), &[&format!("step_told[\"<b>told</b> анкета<br>{asked}\"]")]);
    holds(
        &picture.drawn(Format::Dot),
        &["told · анкета\\n• mark · scale: Как тебе?\\n• why · text (если mark < 3; можно"],
    );
    let svg = picture.drawn(Format::Svg);
    holds(
        &svg,
        &["told, анкета [mark, why (если mark &lt; 3; можно пропустить)]", ">Почему?</tspan>", "class=\"terms\""],
    );
    assert_eq!(svg.matches("<text class=\"asked\"").count(), 2, "{svg}");
    assert!(!svg.contains("1 из 2"), "how far one has come is no part of a question");
}

#[test]
fn who_runs_whom_is_a_drawing_too() {
    let picture = Picture::of_all(&program(&[], ""), "en");
    assert_eq!(picture.description, "home → other");
    holds(&picture.drawn(Format::Mermaid), &["  flow_home --> flow_other\n", "<b>home</b><br>Steps: 6"]);
}

#[test]
fn a_large_flow_keeps_its_far_ways_within_its_steps() {
    let many = |n: usize| format!("  q{n}: {{ ask: choice, of: [on, out], next: {{ on: q{}, out: bye }} }}\n", n + 1);
    let steps: String = (0..22).map(many).collect();
    let flow = format!(
        "flow: large\noutcomes: [done]\nsteps:\n{steps}  q22: {{ say: bye, next: bye }}\n  bye: {{ say: bye, end: done }}\n"
    );
    let words: String = (0..22).map(|n| format!("large-q{n} = ?\n    .o-on = Дальше\n    .o-out = Хватит\n")).collect();
    let program = program(&[("flows/large.yaml", &flow)], &format!("{words}large-bye = Пока\n"));
    let drawn = Picture::of_flow(&program, &[], "large", "ru").unwrap().drawn(Format::Mermaid);
    holds(
        &drawn,
        &[
            "step_q0 -->|\"Хватит\"| step_bye",
            "<b>q7</b> спрашивает<br>?<br>Хватит → bye",
            "step_q7 -->|\"Дальше\"| step_q8",
        ],
    );
    assert!(!drawn.contains("step_q7 -->|\"Хватит\"|"), "{drawn}");
}
