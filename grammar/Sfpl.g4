// SPDX-License-Identifier: Apache-2.0

// The SysFlow policy language. It has two start rules: `policy` reads a whole file as words (line breaks, tabs and
// indentation have no meaning), `condition` reads the condition of a rule, filter or macro. Each choice needs one token of
// look-ahead. The grammar contains no code of a target language.
grammar Sfpl;

// --- a file: entries of fields; the value of a text field is parsed later ---

policy : entry* EOF ;
entry  : ENTRY words? field* ;
field  : TEXT_KEY words?
       | LIST_KEY listing words?   // words after a list: fields with unknown keys
       ;
words  : ( ~( ENTRY | TEXT_KEY | LIST_KEY ) )+ ;
listing: OPEN item? ( COMMA item? )* CLOSE ;
item   : ( ~( ENTRY | TEXT_KEY | LIST_KEY | OPEN | CLOSE | COMMA ) )+ ;

// --- a condition: `not` binds more tightly than `and`, `and` more tightly than `or` ---

condition   : expression EOF ;
expression  : conjunction ( OR conjunction )* ;
conjunction : term ( AND term )* ;
term        : NOT term
            | LEFT expression RIGHT
            | operand test?         // without a test: the name of a macro
            ;
test        : EXISTS
            | comparison operand
            | ( IN | INTERSECTS | PMATCH ) LEFT member ( COMMA member )* RIGHT
            ;
comparison  : LESS | LESS_EQUAL | GREATER | GREATER_EQUAL | EQUAL | UNEQUAL
            | CONTAINS | ICONTAINS | BCONTAINS | STARTSWITH | BSTARTSWITH | ENDSWITH | GLOB | REGEX
            ;
member      : operand | literals ;
literals    : OPEN operand? ( COMMA operand? )* CLOSE ;
operand     : WORD | PATH | TAG | DASHED | STRING | LESS | GREATER | BACKSLASH | INTERSECTS | BCONTAINS | BSTARTSWITH | GLOB | REGEX ;

// --- words; the longest match counts, and the first of equally long ones ---

ENTRY    : '-' BLANK+ ( 'rule' | 'drop' | 'filter' | 'macro' | 'list' | 'required_engine_version' ) AFTER_KEY ;
TEXT_KEY : ( 'desc' | 'description' | 'condition' | 'output' | 'priority' | 'enabled' | 'append'
           | 'warn_evttypes' | 'skip-if-unknown-filter' ) AFTER_KEY ;
LIST_KEY : ( 'items' | 'tags' | 'action' | 'actions' | 'prefilter' ) AFTER_KEY ;

AND         : 'and' ;
OR          : 'or' ;
NOT         : 'not' ;
IN          : 'in' ;
PMATCH      : 'pmatch' ;
EXISTS      : 'exists' ;
CONTAINS    : 'contains' ;
ICONTAINS   : 'icontains' ;
STARTSWITH  : 'startswith' ;
ENDSWITH    : 'endswith' ;
// These operators were added later than the others, so they are still valid as values and names.
INTERSECTS  : 'intersects' ;
BCONTAINS   : 'bcontains' ;
BSTARTSWITH : 'bstartswith' ;
GLOB        : 'glob' ;
REGEX       : 'regex' ;
RESERVED    : 'rule' | 'filter' | 'drop' | 'macro' | 'list' | 'name' | 'items' | 'condition' | 'desc' | 'actions'
            | 'output' | 'priority' | 'tags' | 'prefilter' | 'enabled' | 'warn_evttypes' | 'skip-if-unknown-filter'
            | 'append' | 'required_engine_version'
            | H I G H | L O W | M E D I U M | E M E R G E N C Y | A L E R T | C R I T I C A L | E R R O R
            | W A R N I N G | N O T I C E | I N F O | I N F O R M A T I O N A L | D E B U G
            ;

LESS          : '<' ;
LESS_EQUAL    : '<=' ;
GREATER       : '>' ;
GREATER_EQUAL : '>=' ;
EQUAL         : '=' ;
UNEQUAL       : '!=' ;
LEFT          : '(' ;
RIGHT         : ')' ;
OPEN          : '[' ;
CLOSE         : ']' ;
COMMA         : ',' ;
BACKSLASH     : '\\' ;

WORD     : [A-Za-z0-9_] ( [A-Za-z0-9_.*-] | SUFFIX )* ;
PATH     : PATH_TEXT ;
TAG      : ( WORD | PATH_TEXT ) ':' ( WORD | PATH_TEXT ) ;
DASHED   : '-' [A-Za-z0-9_-] [A-Za-z0-9_./*-]* ;   // negative numbers, and options such as -i or --login

// A string ends at the first quote of its kind, on the same line. Its quotes may be escaped with a backslash, or doubled.
// Two adjacent pairs of quotes without content are two empty strings.
STRING : '"' ~["\r\n]* '"'
       | '\'' ~['\r\n]* '\''
       | '""' ~["\r\n\t )\],=<>!] ~["\r\n]* '""'
       | '\'\'' ~['\r\n\t )\],=<>!] ~['\r\n]* '\'\''
       | '\\"' ~["\r\n]* '\\"'
       | '\\\'' ~['\r\n]* '\\\''
       ;

COMMENT : '#' ~[\r\n]* -> skip ;
BLANKS  : BLANK+ -> skip ;
OTHER   : . ;

fragment AFTER_KEY : BLANK* ':' ( BLANK* [>|] [+-]? )? ;   // with the indicator of a folded or literal text
fragment BLANK     : [ \t\r\n\f\u00A0] ;
fragment PATH_TEXT : [A-Za-z0-9/.] [A-Za-z0-9_./*-]* ;
fragment SUFFIX    : ':'? '[' [A-Za-z0-9_/.] [A-Za-z0-9_./*-]* ( ':' PATH_TEXT )* ']' ;

fragment A : [aA] ; fragment B : [bB] ; fragment C : [cC] ; fragment D : [dD] ; fragment E : [eE] ; fragment F : [fF] ;
fragment G : [gG] ; fragment H : [hH] ; fragment I : [iI] ; fragment L : [lL] ; fragment M : [mM] ; fragment N : [nN] ;
fragment O : [oO] ; fragment R : [rR] ; fragment T : [tT] ; fragment U : [uU] ; fragment W : [wW] ; fragment Y : [yY] ;
