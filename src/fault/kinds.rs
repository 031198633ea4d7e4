//! Every kind of fault: its code, which stays, and what its words are filled with.

use super::{Weight, words::Arg};

/// An enum whose variants have a code and arguments; `ALL` lists them for whoever must have words for each.
macro_rules! worded {
    ($(#[$doc:meta])* $name:ident { $($(#[$about:meta])* $variant:ident = $code:literal { $($arg:ident: $type:ty),* })* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$about])* #[doc = concat!("`", $code, "`")] $variant { $(#[doc = concat!("`$", stringify!($arg), "` of its words")] $arg: $type,)* },)*
        }

        impl $name {
            /// Every code with the names of its arguments.
            pub const ALL: &[(&'static str, &[&'static str])] = &[$(($code, &[$(stringify!($arg)),*]),)*];

            /// Its code: the key of its words.
            #[must_use]
            pub const fn code(&self) -> &'static str {
                match self { $(Self::$variant { .. } => $code,)* }
            }

            /// What its words are filled with.
            pub(super) fn args(&self) -> Vec<(&'static str, Arg)> {
                match self { $(Self::$variant { $($arg),* } => vec![$((stringify!($arg), Arg::from($arg.clone()))),*],)* }
            }
        }
    };
}

worded! {
    /// What is wrong. A code never changes its meaning: tools know faults by it.
    Kind {
        // Files.
        Unreadable = "unreadable" { why: String }
        NotUtf8 = "encoding" {}
        FileLarge = "file-large" { kilobytes: usize, most: usize }
        Tabs = "tabs" {}
        Repetitive = "repetitive" {}
        Syntax = "syntax" { why: String }
        UnknownKey = "unknown-key" { key: String, known: Vec<String> }
        DuplicateKey = "duplicate-key" { key: String }
        MissingKey = "missing-key" { key: String }
        WrongShape = "wrong-shape" { wanted: String }
        FileName = "file-name" { stem: String, name: String }
        NoGlobal = "no-global" {}
        FormatUnknown = "format-unknown" { format: i64 }
        VersionChanged = "version-changed" { hash: String }
        // Names and where they lead.
        BadName = "bad-name" { name: String }
        DuplicateName = "duplicate-name" { name: String }
        UnknownStep = "unknown-step" { step: String }
        UnknownOption = "unknown-option" { option: String }
        UnknownOutcome = "unknown-outcome" { outcome: String }
        UndeclaredOutcome = "undeclared-outcome" { outcome: String }
        UnknownAction = "unknown-action" { action: String }
        UnknownFlow = "unknown-flow" { flow: String }
        UnknownCommand = "unknown-command" { command: String }
        UnknownArgument = "unknown-argument" { argument: String }
        UnknownType = "unknown-type" { kind: String, known: Vec<String> }
        UnhandledOutcome = "unhandled-outcome" { names: Vec<String> }
        UnhandledOption = "unhandled-option" { names: Vec<String> }
        ExtraArgument = "extra-argument" { argument: String }
        MissingArgument = "missing-argument" { argument: String }
        CommandArgument = "command-argument" { flow: String, argument: String }
        Recursion = "recursion" { flow: String }
        SubflowsDeep = "subflows-deep" { flow: String, most: usize }
        UnusedOutcome = "unused-outcome" { outcome: String }
        IdleFlow = "idle-flow" { flow: String }
        DraftBegun = "draft-begun" { flow: String }
        ActionToCome = "action-to-come" { action: String }
        // Running conversations.
        BadUpdate = "bad-update" {}
        RenamedUnmoved = "renamed-unmoved" {}
        RenamedUnknown = "renamed-unknown" { name: String }
        RenamedThere = "renamed-there" { name: String }
        // Steps.
        NoSteps = "no-steps" {}
        FlowLong = "flow-long" { count: usize, most: usize }
        NoKind = "no-kind" {}
        SeveralKinds = "several-kinds" { kinds: Vec<String> }
        ForeignKey = "foreign-key" { key: String, kind: String }
        OneWay = "one-way" {}
        LastStep = "last-step" {}
        UnreachableStep = "unreachable-step" { step: String }
        NoWayToEnd = "no-way-to-end" { step: String }
        EndlessCircle = "endless-circle" { step: String }
        NoOpenArm = "no-open-arm" {}
        OpenArmNotLast = "open-arm-not-last" {}
        EndlessWait = "endless-wait" { signal: String }
        PersonalSignal = "personal-signal" { kind: String }
        BadDuration = "bad-duration" { text: String }
        // Ways in by a button.
        EntryArguments = "entry-arguments" {}
        EntryNotText = "entry-not-text" { argument: String }
        EntryUnfilled = "entry-unfilled" { argument: String }
        CallbackTooLong = "callback-too-long" { max: usize }
        // Questions.
        UnknownAnswerType = "unknown-answer-type" { kind: String }
        ForeignAnswerKey = "foreign-answer-key" { key: String, kind: String }
        BadInterrupt = "bad-interrupt" {}
        Trap = "trap" {}
        BadWhose = "bad-whose" {}
        LateReminder = "late-reminder" {}
        AppAtPhone = "app-at-phone" {}
        ButtonWithoutEdge = "button-without-edge" {}
        ChoiceEmpty = "choice-empty" {}
        ChoicesFew = "choices-few" {}
        ChoicesRange = "choices-range" { all: i64 }
        DigitsLength = "digits-length" {}
        EmptyRange = "empty-range" { min: i64, max: i64 }
        ScaleRange = "scale-range" {}
        PhoneNotPrivate = "phone-not-private" { step: String }
        TextWithoutMax = "text-without-max" { step: String }
        UnusedAnswer = "unused-answer" { step: String }
        ManyButtons = "many-buttons" { step: String, most: usize }
        TooManyButtons = "too-many-buttons" { step: String, most: usize }
        // Forms.
        FormEmpty = "form-empty" {}
        FormLong = "form-long" { step: String, count: usize, most: usize }
        QuestionId = "question-id" {}
        QuestionType = "question-type" { question: String }
        StopWhen = "stop-when" {}
        ConfirmPersonal = "confirm-personal" { question: String }
        LaterQuestion = "later-question" { question: String }
        // Expressions.
        ExpressionEnd = "expression-end" {}
        OpenQuote = "open-quote" {}
        BadNumber = "bad-number" {}
        BadSign = "bad-sign" { sign: String }
        TooDeep = "too-deep" {}
        OperandMissing = "operand-missing" {}
        HasName = "has-name" {}
        BeforeWord = "before-word" {}
        ListMembers = "list-members" {}
        SignMissing = "sign-missing" { sign: String }
        NeverSet = "never-set" { name: String }
        MayBeUnset = "may-be-unset" { name: String }
        NotAList = "not-a-list" {}
        NotACondition = "not-a-condition" { found: Phrase }
        NeverComparable = "never-comparable" { left: Phrase, right: Phrase }
        NoOrder = "no-order" { found: Phrase }
        FieldMissing = "field-missing" { name: String, shape: Phrase, fields: Vec<String> }
        WrongType = "wrong-type" { name: String, wanted: Phrase, found: Phrase }
        TwoTypes = "two-types" { name: String, here: Phrase, elsewhere: Phrase }
        PersonalArgument = "personal-argument" { argument: String }
        UnknownChoice = "unknown-choice" { name: String, option: String }
        NoPossibleMember = "no-possible-member" { name: String }
        NeverTrue = "never-true" {}
        AlwaysTrue = "always-true" {}
        ArmNeverReached = "arm-never-reached" {}
        // Words.
        BadLanguage = "bad-language" { lang: String }
        FluentSyntax = "fluent-syntax" { why: String }
        DuplicateText = "duplicate-text" { key: String, lang: String }
        Untranslated = "untranslated" { key: String, lang: String }
        ArgumentDropped = "argument-dropped" { key: String, argument: String, lang: String }
        PlainArgument = "plain-argument" { key: String, argument: String, lang: String }
        MissingText = "missing-text" { step: String, key: String }
        MissingOwnText = "missing-own-text" { key: String }
        OwnArgument = "own-argument" { key: String, argument: String, given: Vec<String> }
        ArgumentUnknown = "argument-unknown" { key: String, step: String, argument: String }
        ArgumentUnset = "argument-unset" { key: String, step: String, argument: String }
        ArgumentPersonal = "argument-personal" { key: String, step: String, argument: String }
        UnusedText = "unused-text" { key: String }
        UnknownText = "unknown-text" { key: String, text: String, lang: String }
        UnknownFunction = "unknown-function" { key: String, function: String, lang: String }
        TextCircle = "text-circle" { key: String, lang: String }
        UnfinishedText = "unfinished-text" { key: String, lang: String }
        TextTooLong = "text-too-long" { key: String, lang: String, length: usize, max: usize }
        CaptionTooLong = "caption-too-long" { key: String, lang: String, length: usize, max: usize, room: usize }
        LabelTooLong = "label-too-long" { key: String, lang: String, length: usize, max: usize }
        LabelWide = "label-wide" { key: String, lang: String, length: usize, max: usize }
        SameLabel = "same-label" { one: String, other: String, lang: String }
        SameWord = "same-word" { word: String, one: String, other: String }
        ShadowedWord = "shadowed-word" { word: String, command: String }
        // Pictures.
        AltArgument = "alt-argument" { key: String, argument: String, lang: String }
        PictureUnknown = "picture-unknown" { picture: String }
        PictureUnusable = "picture-unusable" {}
        PictureTwice = "picture-twice" { picture: String }
        PictureUnused = "picture-unused" { picture: String }
        // Transcripts.
        FlowWithoutChat = "flow-without-chat" { flow: String }
        StepNotPlayed = "step-not-played" { step: String }
        OptionNotPlayed = "option-not-played" { step: String, options: Vec<String> }
        // Seasons.
        MapBelongs = "map-belongs" { form: Phrase }
        WordBelongs = "word-belongs" { form: Phrase }
        ListBelongs = "list-belongs" { form: Phrase }
        Unusable = "unusable" { value: String, form: Phrase }
        SeasonFileName = "season-file-name" { stem: String, name: String }
        SeasonBackwards = "season-backwards" {}
        SeasonsOverlap = "seasons-overlap" { other: String }
        StageName = "stage-name" { stage: String }
        StageTwice = "stage-twice" { stage: String }
        StageOrder = "stage-order" {}
        ConsentsOrder = "consents-order" {}
        StageOutside = "stage-outside" { begins: String, ends: String }
        StageBegin = "stage-begin" { flow: String }
        StageFeedback = "stage-feedback" { flow: String }
        StageText = "stage-text" { key: String }
        StageArgument = "stage-argument" { key: String, argument: String }
        StageUnused = "stage-unused" { key: String }
        ReminderHour = "reminder-hour" {}
        ReminderEarly = "reminder-early" {}
        ReminderTwice = "reminder-twice" { reminder: String }
        // The rules of verification.
        RuleUnknown = "rule-unknown" { rule: String, known: Vec<String> }
        RuleList = "rule-list" { form: Phrase }
        RuleListLength = "rule-list-length" { count: usize, form: Phrase }
        WindowOrder = "window-order" {}
        PauseOrder = "pause-order" {}
        PercentOrder = "percent-order" { form: Phrase }
        CallHours = "call-hours" {}
        RingLong = "ring-long" { ring: String, pause: String }
        KeptShort = "kept-short" { kept: String, window: String }
    }
}

worded! {
    /// A part of a sentence.
    Phrase {
        TypeText = "type-text" {}
        TypeNumber = "type-number" {}
        TypeFlag = "type-flag" {}
        TypeMoment = "type-moment" {}
        TypeShown = "type-shown" {}
        TypeOptions = "type-options" {}
        TypeList = "type-list" {}
        TypeRecord = "type-record" {}
        TypeShape = "type-shape" { name: String }
        FormDay = "form-day" {}
        FormYear = "form-year" {}
        FormStages = "form-stages" {}
        FormConsents = "form-consents" {}
        FormStage = "form-stage" {}
        FormFlow = "form-flow" {}
        FormReminders = "form-reminders" {}
        FormDaysBefore = "form-days-before" { most: i64 }
        FormHour = "form-hour" { example: String }
        FormNumber = "form-number" { from: String, to: String }
        FormSpan = "form-span" { from: String, to: String }
        FormWindow = "form-window" { most: usize, from: String, to: String }
        FormPrefixes = "form-prefixes" {}
        FormPercentages = "form-percentages" {}
    }
}

impl Kind {
    /// How bad it is.
    #[must_use]
    pub const fn weight(&self) -> Weight {
        match self {
            Self::UnusedOutcome { .. }
            | Self::IdleFlow { .. }
            | Self::PhoneNotPrivate { .. }
            | Self::TextWithoutMax { .. }
            | Self::UnusedAnswer { .. }
            | Self::ManyButtons { .. }
            | Self::TooManyButtons { .. }
            | Self::FormLong { .. }
            | Self::ArgumentDropped { .. }
            | Self::PlainArgument { .. }
            | Self::UnusedText { .. }
            | Self::UnfinishedText { .. }
            | Self::LabelWide { .. }
            | Self::SameWord { .. }
            | Self::ShadowedWord { .. }
            | Self::PictureUnused { .. }
            | Self::FlowWithoutChat { .. }
            | Self::StepNotPlayed { .. }
            | Self::OptionNotPlayed { .. }
            | Self::StageUnused { .. } => Weight::Warning,
            _ => Weight::Error,
        }
    }
}
