/// The pictures of ``ExpressionGridTests``: the left operand, or the filter, stands in front of its row.
extension ExpressionGridTests {
    static let operatorGrids: [(String, String)] = [
        (
            "+",
            """
                      null      true      7         0.5       'a'       [1]       {'k': 2}
            null      !         !         !         !         !         !         !
            true      !         !         !         !         !         !         !
            7         !         !         14        7.5       !         !         !
            0.5       !         !         7.5       1.0       !         !         !
            'a'       !         !         !         !         !         !         !
            [1]       !         !         !         !         !         [1,1]     !
            {'k': 2}  !         !         !         !         !         !         !
            """
        ),
        (
            "-",
            """
                      null      true      7         0.5       'a'       [1]       {'k': 2}
            null      !         !         !         !         !         !         !
            true      !         !         !         !         !         !         !
            7         !         !         0         6.5       !         !         !
            0.5       !         !         -6.5      0.0       !         !         !
            'a'       !         !         !         !         !         !         !
            [1]       !         !         !         !         !         !         !
            {'k': 2}  !         !         !         !         !         !         !
            """
        ),
        (
            "*",
            """
                      null      true      7         0.5       'a'       [1]       {'k': 2}
            null      !         !         !         !         !         !         !
            true      !         !         !         !         !         !         !
            7         !         !         49        3.5       !         !         !
            0.5       !         !         3.5       0.25      !         !         !
            'a'       !         !         !         !         !         !         !
            [1]       !         !         !         !         !         !         !
            {'k': 2}  !         !         !         !         !         !         !
            """
        ),
        (
            "/",
            """
                      null      true      7         0.5       'a'       [1]       {'k': 2}
            null      !         !         !         !         !         !         !
            true      !         !         !         !         !         !         !
            7         !         !         1         14.0      !         !         !
            0.5       !         !         0.071428… 1.0       !         !         !
            'a'       !         !         !         !         !         !         !
            [1]       !         !         !         !         !         !         !
            {'k': 2}  !         !         !         !         !         !         !
            """
        ),
        (
            "%",
            """
                      null      true      7         0.5       'a'       [1]       {'k': 2}
            null      !         !         !         !         !         !         !
            true      !         !         !         !         !         !         !
            7         !         !         0         0.0       !         !         !
            0.5       !         !         0.5       0.0       !         !         !
            'a'       !         !         !         !         !         !         !
            [1]       !         !         !         !         !         !         !
            {'k': 2}  !         !         !         !         !         !         !
            """
        ),
        (
            "==",
            """
                      null      true      7         0.5       'a'       [1]       {'k': 2}
            null      true      false     false     false     false     false     false
            true      false     true      false     false     false     false     false
            7         false     false     true      false     false     false     false
            0.5       false     false     false     true      false     false     false
            'a'       false     false     false     false     true      false     false
            [1]       false     false     false     false     false     true      false
            {'k': 2}  false     false     false     false     false     false     true
            """
        ),
        (
            "!=",
            """
                      null      true      7         0.5       'a'       [1]       {'k': 2}
            null      false     true      true      true      true      true      true
            true      true      false     true      true      true      true      true
            7         true      true      false     true      true      true      true
            0.5       true      true      true      false     true      true      true
            'a'       true      true      true      true      false     true      true
            [1]       true      true      true      true      true      false     true
            {'k': 2}  true      true      true      true      true      true      false
            """
        ),
        (
            "<",
            """
                      null      true      7         0.5       'a'       [1]       {'k': 2}
            null      !         !         !         !         !         !         !
            true      !         !         !         !         !         !         !
            7         !         !         false     false     !         !         !
            0.5       !         !         true      false     !         !         !
            'a'       !         !         !         !         false     !         !
            [1]       !         !         !         !         !         !         !
            {'k': 2}  !         !         !         !         !         !         !
            """
        ),
        (
            "<=",
            """
                      null      true      7         0.5       'a'       [1]       {'k': 2}
            null      !         !         !         !         !         !         !
            true      !         !         !         !         !         !         !
            7         !         !         true      false     !         !         !
            0.5       !         !         true      true      !         !         !
            'a'       !         !         !         !         true      !         !
            [1]       !         !         !         !         !         !         !
            {'k': 2}  !         !         !         !         !         !         !
            """
        ),
        (
            ">",
            """
                      null      true      7         0.5       'a'       [1]       {'k': 2}
            null      !         !         !         !         !         !         !
            true      !         !         !         !         !         !         !
            7         !         !         false     true      !         !         !
            0.5       !         !         false     false     !         !         !
            'a'       !         !         !         !         false     !         !
            [1]       !         !         !         !         !         !         !
            {'k': 2}  !         !         !         !         !         !         !
            """
        ),
        (
            ">=",
            """
                      null      true      7         0.5       'a'       [1]       {'k': 2}
            null      !         !         !         !         !         !         !
            true      !         !         !         !         !         !         !
            7         !         !         true      true      !         !         !
            0.5       !         !         false     true      !         !         !
            'a'       !         !         !         !         true      !         !
            [1]       !         !         !         !         !         !         !
            {'k': 2}  !         !         !         !         !         !         !
            """
        ),
        (
            "in",
            """
                      null      true      7         0.5       'a'       [1]       {'k': 2}
            null      !         !         !         !         !         false     !
            true      !         !         !         !         !         false     !
            7         !         !         !         !         !         false     !
            0.5       !         !         !         !         !         false     !
            'a'       !         !         !         !         true      false     false
            [1]       !         !         !         !         !         false     !
            {'k': 2}  !         !         !         !         !         false     !
            """
        ),
        (
            "not in",
            """
                      null      true      7         0.5       'a'       [1]       {'k': 2}
            null      !         !         !         !         !         true      !
            true      !         !         !         !         !         true      !
            7         !         !         !         !         !         true      !
            0.5       !         !         !         !         !         true      !
            'a'       !         !         !         !         false     true      true
            [1]       !         !         !         !         !         true      !
            {'k': 2}  !         !         !         !         !         true      !
            """
        ),
        (
            "~",
            """
                      null      true      7         0.5       'a'       [1]       {'k': 2}
            null      ''        'true'    '7'       '0.5'     'a'       '[1]'     '{"k":2}'
            true      'true'    'truetru… 'true7'   'true0.5' 'truea'   'true[1]' 'true{"k…
            7         '7'       '7true'   '77'      '70.5'    '7a'      '7[1]'    '7{"k":2…
            0.5       '0.5'     '0.5true' '0.57'    '0.50.5'  '0.5a'    '0.5[1]'  '0.5{"k"…
            'a'       'a'       'atrue'   'a7'      'a0.5'    'aa'      'a[1]'    'a{"k":2…
            [1]       '[1]'     '[1]true' '[1]7'    '[1]0.5'  '[1]a'    '[1][1]'  '[1]{"k"…
            {'k': 2}  '{"k":2}' '{"k":2}… '{"k":2}… '{"k":2}… '{"k":2}… '{"k":2}… '{"k":2}…
            """
        ),
        (
            "and",
            """
                      null      true      7         0.5       'a'       [1]       {'k': 2}
            null      null      null      null      null      null      null      null
            true      null      true      7         0.5       'a'       [1]       {'k':2}
            7         null      true      7         0.5       'a'       [1]       {'k':2}
            0.5       null      true      7         0.5       'a'       [1]       {'k':2}
            'a'       null      true      7         0.5       'a'       [1]       {'k':2}
            [1]       null      true      7         0.5       'a'       [1]       {'k':2}
            {'k': 2}  null      true      7         0.5       'a'       [1]       {'k':2}
            """
        ),
        (
            "or",
            """
                      null      true      7         0.5       'a'       [1]       {'k': 2}
            null      null      true      7         0.5       'a'       [1]       {'k':2}
            true      true      true      true      true      true      true      true
            7         7         7         7         7         7         7         7
            0.5       0.5       0.5       0.5       0.5       0.5       0.5       0.5
            'a'       'a'       'a'       'a'       'a'       'a'       'a'       'a'
            [1]       [1]       [1]       [1]       [1]       [1]       [1]       [1]
            {'k': 2}  {'k':2}   {'k':2}   {'k':2}   {'k':2}   {'k':2}   {'k':2}   {'k':2}
            """
        ),
    ]

    static let filterGrid = """
                  null      true      7         0.5       'a'       [1]       {'k': 2}
        json      'null'    'true'    '7'       '0.5'     '"a"'     '[1]'     '{"k":2}'
        from_json !         !         !         !         !         !         !
        length    !         !         !         !         1         1         1
        default   1         true      7         0.5       'a'       [1]       {'k':2}
        first     !         !         !         !         !         1         !
        last      !         !         !         !         !         1         !
        join      !         !         !         !         !         '1'       !
        split     !         !         !         !         ['a']     !         !
        lower     !         !         !         !         'a'       !         !
        upper     !         !         !         !         'A'       !         !
        trim      !         !         !         !         'a'       !         !
        replace   !         !         !         !         'b'       !         !
        lines     !         !         !         !         ['a']     !         !
        keys      !         !         !         !         !         !         ['k']
        values    !         !         !         !         !         !         [2]
        map       !         !         !         !         !         !         !
        where     !         !         !         !         !         []        !
        sort      !         !         !         !         !         [1]       !
        unique    !         !         !         !         !         [1]       !
        sum       !         !         !         !         !         1         !
        min       !         !         !         !         !         1         !
        max       !         !         !         !         !         1         !
        round     !         !         7         0.5       !         !         !
        truncate  !         !         !         !         'a'       [1]       !
        hash      '74234e9… 'b5bea41… '7902699… 'd2cbad7… 'ca97811… '080a9ed… '1ddca3d…
        date      !         !         '1970-01… '1970-01… !         !         !
        quote     ''''      ''true''  ''7''     ''0.5''   ''a''     ''[1]''   ''{"k":2…
        urlencode ''        'true'    '7'       '0.5'     'a'       '%5B1%5D' '%7B%22k…
        """
}
