//! Messages: Markdown, code, formulas, long ones, and such with sources.

use actix_chatkit::protocol::source::{EntitySource, FileSource, UrlSource};

use super::stage::{Shown, Stage};

const MARKDOWN: &str = "\
# A heading
## Another

Plain words, **bold**, *slanted*, ~~struck out~~, `code`, and [a link](https://example.com).

> A quotation
> over two lines

1. One
2. Two
   - two and a half
   - almost three
3. Three

- [x] done
- [ ] to do

| Left | Centre | Right |
| :--- | :----: | ----: |
| a    | b      | 1     |
| c    | d      | 22    |

---

Right to left: مرحبا بالعالم. Wide: 你好，世界. Together: 👩‍👩‍👧‍👦. A footnote[^1].

[^1]: Down here.

A link into the page: [open the help](chatkit-link://help?topic=markdown).

<b>HTML stays text</b> &amp; so does <script>alert(1)</script>.
";

const CODE: &str = "\
Rust:

```rust
/// The greatest common divisor.
fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}
```

TypeScript:

```ts
const greet = (name: string): string => `Hello, ${name}!`;
```

Without a language, and with a line that goes on and on:

```
0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789
```
";

const MATH: &str = "\
Inline $a^2 + b^2 = c^2$, also \\(e^{i\\pi} + 1 = 0\\); it costs $5 to $10, which is no formula.

$$
\\int_{-\\infty}^{\\infty} e^{-x^2}\\,dx = \\sqrt{\\pi}
$$

\\[
\\begin{pmatrix} 1 & 2 \\\\ 3 & 4 \\end{pmatrix}
\\]
";

/// How many paragraphs a long message has.
const LONG: usize = 60;

pub async fn markdown(stage: Stage) -> Shown {
    stage.say(MARKDOWN).await
}

pub async fn code(stage: Stage) -> Shown {
    stage.say(CODE).await
}

pub async fn math(stage: Stage) -> Shown {
    stage.say(MATH).await
}

pub async fn long(stage: Stage) -> Shown {
    let mut message = stage.context.message();
    for number in 1..=LONG {
        let paragraph =
            format!("**{number}.** {}\n\n", "All work and no play makes a long message. ".repeat(6));
        message.push(paragraph).await?;
        stage.pause().await;
    }
    message.finish().await
}

/// A message of two parts.
pub async fn parts(stage: Stage) -> Shown {
    let mut message = stage.context.message();
    message.push("The first part of a message.").await?;
    message.next_part().await?;
    message.push("The second part, behind it.").await?;
    message.finish().await
}

/// Sources of every kind, two of them in one place.
pub async fn sources(stage: Stage) -> Shown {
    let page = UrlSource::new(
        "The weather in Oslo",
        "https://www.yr.no/en/forecast/daily-table/1-72837/Norway/Oslo",
    )
    .with_description("Forecast for nine days")
    .with_timestamp("2025-06-12")
    .with_attribution("Norwegian Meteorological Institute")
    .with_group("Weather");
    let other = UrlSource::new("Climate of Oslo", "https://en.wikipedia.org/wiki/Oslo").with_group("Weather");
    let file = FileSource::new("Annual report", "report-2024.pdf").with_description("Page 17");
    let thing = EntitySource::new("Project Aurora", "project-1")
        .with_icon("cube")
        .with_label("Project")
        .interactive()
        .with_data("owner", "Ada");
    let person =
        EntitySource::new("Ada Lovelace", "person-1").with_inline_label("AL").with_description("Owner");

    let mut message = stage.context.message();
    message.push("It is raining in Oslo").await?;
    message.annotate(page).await?;
    message.annotate(other).await?;
    message.push(", as the report foresaw").await?;
    message.annotate(file).await?;
    message.push("; the project").await?;
    message.annotate(thing).await?;
    message.push(" of Ada — 👩‍💻 —").await?;
    message.annotate(person).await?;
    message.push(" goes on.").await?;
    message.finish().await
}

/// Pictures in a message: only hosts that the thread names are asked.
pub async fn pictures(stage: Stage) -> Shown {
    stage.context.set_allowed_image_domains(Some(vec!["allowed.example".to_owned()])).await?;
    stage
        .say(
            "From a host that the thread allows: ![allowed](https://allowed.example/a.png)\n\n\
             From another, which is not asked: ![refused](https://refused.example/b.png)",
        )
        .await
}
