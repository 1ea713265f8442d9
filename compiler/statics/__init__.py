"""Classes that are static: made once a process, instead of by init at the start of each run.

    init {                              static Order = "shop:Order" of `Order.<class>`
        decorator.0 = dataclass
        class Order.0 as "Order" {..}   fn `Order.<class>`() as "<module>" {
        Order = decorator.0(Order.0)        decorator.0 = dataclass
    }                               =>      class Order.0 as "Order" {..}
                                            return decorator.0(Order.0)
                                        }

This is the last pass over the tree. A class may be static if its statement stands at the top of a module and needs no
variable of a run (`candidates.py`), if nothing that runs before it could have missed it (`order.py`), and if no code of
the program is seen to write to it (`writes.py`). Whether what is made can be shared by all runs is not guessed: the
unit's classes are made, and the ones that cannot be go back to init (`proving.py`). What nobody can see, a write to a
class that came through a value of any kind, ends the run there, by the machine.
"""

from .moving import moved as moved
from .proving import proven as proven
