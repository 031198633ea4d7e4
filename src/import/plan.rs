//! Rows judged together and against what the programme knows already. Pure.

use std::collections::{BTreeMap, HashMap};

use super::{
    cells::Role,
    column::Column,
    fault::{Fault, Kind},
    near::Nearby,
    row::{Entry, Read},
};
use crate::{
    ids::{PersonId, SchoolId},
    people::{Profile, Sex},
    store::territories::ClassKey,
};

/// A person whom the programme knows.
#[derive(Clone, Debug)]
pub struct Known {
    /// Who.
    pub id: PersonId,
    /// Pupil or teacher.
    pub role: Role,
    /// Opened.
    pub profile: Profile,
    /// A pupil's school.
    pub school: Option<SchoolId>,
    /// Where he or she sits or teaches now.
    pub classes: Vec<ClassKey>,
}

/// What the programme knows of the schools and people that a file names.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// ИНН, КПП, school.
    pub schools: Vec<(String, String, SchoolId)>,
    /// Those who may be named again.
    pub people: Vec<Known>,
}

/// What an import does about a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Not known before.
    Added,
    /// As before in every respect.
    Unchanged,
    /// A pupil known in another class.
    Moved,
    /// Known, with something new: an address, a spelling, a teacher's further class.
    Changed,
}

/// A person whose rows are good.
#[derive(Clone, Debug)]
pub struct Planned {
    /// Known already.
    pub id: Option<PersonId>,
    /// Pupil or teacher.
    pub role: Role,
    /// As it is to be.
    pub profile: Profile,
    /// A pupil's one, a teacher's several: those that the file names.
    pub classes: Vec<ClassKey>,
    /// Where he or she sat or taught before.
    pub was: Vec<ClassKey>,
    /// The first row.
    pub row: u32,
    /// What is done.
    pub change: Change,
}

/// Where a pupil stands who is nearly the one of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Where {
    /// In this row of the file.
    Row(u32),
    /// In the programme.
    Profile(PersonId),
}

/// What a file comes to.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Every fault, by row.
    pub faults: Vec<Fault>,
    /// Good pupils under a refused teacher: the teacher's row and theirs.
    pub waiting: BTreeMap<u32, Vec<u32>>,
    /// Probable slips: the row and whom it resembles.
    pub near: Vec<(u32, Where)>,
    /// The rest: what is offered.
    pub people: Vec<Planned>,
}

type Identity = (SchoolId, [String; 3], Option<chrono::NaiveDate>, Option<Sex>);

/// Whom the pupils below belong to.
#[derive(Clone, Debug)]
enum Above {
    Nobody,
    Teacher { row: u32, class: ClassKey },
    Refused { row: u32 },
}

struct Judge {
    schools: HashMap<String, Vec<(String, SchoolId)>>,
    known_teachers: HashMap<String, Known>,
    known_pupils: HashMap<Identity, Known>,
    teachers: HashMap<String, usize>,
    pupils: HashMap<Identity, u32>,
    nearby: Nearby<Where>,
    above: Above,
    plan: Plan,
}

/// Judges the rows of a people table, in their order.
#[must_use]
pub fn plan(rows: Vec<Read>, snapshot: Snapshot) -> Plan {
    let mut judge = Judge::new(snapshot);
    for row in rows {
        match row.role {
            Some(Role::Teacher) => judge.teacher(row),
            Some(Role::Pupil) => judge.pupil(row),
            None => judge.neither(row),
        }
    }
    judge.plan.faults.sort_by_key(|fault| fault.row);
    judge.plan
}

/// Judges one pupil who is put into a class by hand, as if the teacher of that class stood above. `alike`: whoever nearly is
/// somebody else is somebody else.
#[must_use]
pub fn one(row: Read, snapshot: Snapshot, class: ClassKey, alike: bool) -> Plan {
    let mut judge = Judge::new(snapshot);
    if alike {
        judge.nearby = Nearby::default();
    }
    judge.above = Above::Teacher { row: row.row, class };
    judge.pupil(row);
    judge.plan
}

/// The school that a row names, or what is wrong with that.
fn school(schools: &HashMap<String, Vec<(String, SchoolId)>>, row: &Read) -> Result<Option<SchoolId>, Fault> {
    let Some(inn) = &row.inn else { return Ok(None) };
    let fault = |column, kind| Fault { row: row.row, column: Some(column), kind };
    let Some(known) = schools.get(inn) else {
        return Err(fault(Column::Inn, Kind::UnknownSchool(inn.clone())));
    };
    let Some(kpp) = &row.kpp else { return Ok(None) };
    let found = known.iter().find(|(other, _)| other == kpp).map(|(_, school)| *school);
    found.map(Some).ok_or_else(|| fault(Column::Kpp, Kind::KppMismatch))
}

impl Judge {
    fn new(snapshot: Snapshot) -> Self {
        let mut judge = Self {
            schools: HashMap::new(),
            known_teachers: HashMap::new(),
            known_pupils: HashMap::new(),
            teachers: HashMap::new(),
            pupils: HashMap::new(),
            nearby: Nearby::default(),
            above: Above::Nobody,
            plan: Plan::default(),
        };
        for (inn, kpp, school) in snapshot.schools {
            judge.schools.entry(inn).or_default().push((kpp, school));
        }
        snapshot.people.into_iter().for_each(|known| judge.know(known));
        judge
    }

    fn know(&mut self, known: Known) {
        match (known.role, known.school, known.profile.email.clone()) {
            (Role::Teacher, _, Some(email)) => {
                self.known_teachers.insert(email, known);
            }
            (Role::Pupil, Some(school), _) => {
                self.nearby.add(school, &known.profile, Where::Profile(known.id));
                self.known_pupils.insert(identity(school, &known.profile), known);
            }
            _ => {}
        }
    }

    /// A row's own faults together with those of its school.
    fn whole(&self, row: Read) -> Result<(Entry, ClassKey), Vec<Fault>> {
        let school = school(&self.schools, &row);
        match (row.entry, school) {
            (Ok(entry), Ok(Some(school))) => {
                let (school_year, letter) = (entry.school_year.clone(), entry.letter.clone());
                let class = ClassKey { school, school_year, grade: entry.grade, letter };
                Ok((entry, class))
            }
            (entry, school) => Err(entry.err().into_iter().flatten().chain(school.err()).collect()),
        }
    }

    fn neither(&mut self, row: Read) {
        if let Err(faults) = self.whole(row) {
            self.plan.faults.extend(faults);
        }
    }

    fn teacher(&mut self, read: Read) {
        let row = read.row;
        let taken = self.whole(read).and_then(|(entry, class)| self.take_teacher(row, entry.profile, class));
        self.above = match taken {
            Ok(class) => Above::Teacher { row, class },
            Err(faults) => {
                self.plan.faults.extend(faults);
                Above::Refused { row }
            }
        };
    }

    fn take_teacher(&mut self, row: u32, profile: Profile, class: ClassKey) -> Result<ClassKey, Vec<Fault>> {
        let email = profile.email.clone().unwrap_or_default();
        let refuse = |other| vec![Fault { row, column: Some(Column::Email), kind: Kind::DuplicateEmail(other) }];
        if let Some(&at) = self.teachers.get(&email) {
            let same = &mut self.plan.people[at];
            if same.profile.folded_name() != profile.folded_name() {
                return Err(refuse(Some(same.row)));
            }
            if !same.classes.contains(&class) {
                same.classes.push(class.clone());
            }
            same.change = judged_teacher(self.known_teachers.get(&email), same);
            return Ok(class);
        }
        let known = self.known_teachers.get(&email);
        if known.is_some_and(|known| known.profile.folded_name() != profile.folded_name()) {
            return Err(refuse(None));
        }
        let mut planned = planned(Role::Teacher, row, profile, class.clone(), known);
        planned.change = judged_teacher(known, &planned);
        self.teachers.insert(email, self.plan.people.len());
        self.plan.people.push(planned);
        Ok(class)
    }

    fn pupil(&mut self, read: Read) {
        let row = read.row;
        let mut faults = Vec::new();
        if matches!(self.above, Above::Nobody) {
            faults.push(Fault { row, column: None, kind: Kind::PupilWithoutTeacherAbove });
        }
        match self.whole(read) {
            Ok((entry, class)) if faults.is_empty() => match self.place(row, &entry, &class) {
                Ok(()) => self.take_pupil(row, entry.profile, class),
                Err(fault) => faults.push(fault),
            },
            Ok(_) => {}
            Err(more) => faults.extend(more),
        }
        self.plan.faults.extend(faults);
    }

    /// Not in the file already, and of the class of the teacher above.
    fn place(&self, row: u32, entry: &Entry, class: &ClassKey) -> Result<(), Fault> {
        let refuse = |kind| Err(Fault { row, column: None, kind });
        if let Some(other) = self.pupils.get(&identity(class.school, &entry.profile)) {
            return refuse(Kind::DuplicatePupil(*other));
        }
        match &self.above {
            Above::Teacher { row: teacher, class: theirs } if theirs != class => refuse(Kind::OtherClass(*teacher)),
            _ => Ok(()),
        }
    }

    fn take_pupil(&mut self, row: u32, profile: Profile, class: ClassKey) {
        let identity = identity(class.school, &profile);
        let known = self.known_pupils.get(&identity);
        if known.is_none()
            && let Some(other) = self.nearby.find(class.school, &profile)
        {
            self.plan.near.push((row, other));
            return;
        }
        let mut planned = planned(Role::Pupil, row, profile, class.clone(), known);
        planned.change = judged_pupil(known, &planned);
        self.nearby.add(class.school, &planned.profile, Where::Row(row));
        self.pupils.insert(identity, row);
        match self.above {
            Above::Refused { row: teacher } => self.plan.waiting.entry(teacher).or_default().push(row),
            _ => self.plan.people.push(planned),
        }
    }
}

fn identity(school: SchoolId, profile: &Profile) -> Identity {
    (school, profile.folded_name(), profile.birth, profile.sex)
}

/// What is known and not named by the row stays: an empty cell erases nothing.
fn planned(role: Role, row: u32, mut profile: Profile, class: ClassKey, known: Option<&Known>) -> Planned {
    if let Some(known) = known {
        profile.email = profile.email.or_else(|| known.profile.email.clone());
        profile.birth = profile.birth.or(known.profile.birth);
        profile.patronymic = profile.patronymic.or_else(|| known.profile.patronymic.clone());
    }
    let was = known.map(|known| known.classes.clone()).unwrap_or_default();
    Planned { id: known.map(|k| k.id), role, profile, classes: vec![class], was, row, change: Change::Added }
}

fn judged_teacher(known: Option<&Known>, planned: &Planned) -> Change {
    let Some(known) = known else { return Change::Added };
    let same = known.profile == planned.profile && planned.classes.iter().all(|class| known.classes.contains(class));
    if same { Change::Unchanged } else { Change::Changed }
}

fn judged_pupil(known: Option<&Known>, planned: &Planned) -> Change {
    match known {
        None => Change::Added,
        Some(known) if known.classes != planned.classes => Change::Moved,
        Some(known) if known.profile != planned.profile => Change::Changed,
        Some(_) => Change::Unchanged,
    }
}
