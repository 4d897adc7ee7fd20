//! A small generator (SplitMix64), so that one number replays one sequence.

pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        let mut dice = Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        dice.next();
        dice
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut it = self.0;
        it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        it ^ (it >> 31)
    }

    /// 0 to `limit - 1`.
    pub(crate) fn up_to(&mut self, limit: i64) -> i64 {
        let limit = u64::try_from(limit.max(1)).unwrap();
        i64::try_from(self.next() % limit).unwrap()
    }

    pub(crate) fn one_in(&mut self, number: i64) -> bool {
        self.up_to(number) == 0
    }

    pub(crate) fn one_of<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        let length = i64::try_from(choices.len()).unwrap();
        &choices[usize::try_from(self.up_to(length)).unwrap()]
    }
}
