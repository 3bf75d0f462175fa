"""Every system the sample city can run on, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.city.systems import (
    annual,
    changzhou,
    czfx,
    epoint,
    gkmlpt,
    homemade,
    huaian,
    jpaas,
    jpage,
    static,
    trs,
    truecms,
    ucap,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.city.systems import Cms

SYSTEMS: Mapping[str, Cms] = {
    cms.name: cms
    for cms in (
        changzhou.CMS,
        czfx.CMS,
        czfx.FRAMED,
        static.NANJING,
        static.WUXI,
        trs.CMS,
        trs.YEARLY,
        truecms.CMS,
        truecms.WITHOUT_SERVICE,
        ucap.CMS,
        annual.CMS,
        epoint.CMS,
        gkmlpt.CMS,
        homemade.CMS,
        homemade.DRAWN,
        homemade.SILENT,
        huaian.CMS,
        huaian.SERVED,
        huaian.SUMMARISED,
        jpaas.CMS,
        jpaas.YEARLY,
        jpage.CMS,
        jpage.POSTED,
        jpage.SEARCHED,
        jpage.YEARLY,
    )
}
